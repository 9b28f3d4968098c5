/** Every fault that a user meets first: one line on standard error with its code and its fix, and nothing else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { kept, town } from '../builders.js';
import { plus1, temporaryFolder, TOKEN } from './cli.js';

/** What a case works with: the world to break, and a folder that goes afterwards. */
interface Stage {
  github: GitHubSimulator;
  acme: Organization;
  folder: string;
  /** Writes a file below the folder and gives its path. */
  file: (name: string, text: string) => string;
}

interface Fault {
  title: string;
  code: string;
  exit: 1 | 2;
  /** Must stand in the line. */
  says: RegExp;
  args?: string[];
  env?: Record<string, string>;
  arrange?: (stage: Stage) => void | { args?: string[]; env?: Record<string, string> };
}

const classic = (scopes: string[], more: object = {}) => ({ kind: 'classic', scopes, ...more }) as const;
const POLICY = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
const policy = (spec: object): string =>
  JSON.stringify({ ...POLICY, spec: { organization: 'acme', github: {}, ...spec } });
const USUAL = { metadata: 'read', contents: 'read', organization_administration: 'write' } as const;

/** A policy whose Secret holds these keys. */
const withSecret =
  (keys: (stage: Stage) => Record<string, string>, spec: object = {}) =>
  (stage: Stage): { args: string[] } => {
    const all = { githubAppBaseURL: stage.github.apiURL, ...keys(stage) };
    mkdirSync(join(stage.folder, 'credentials', 'key'), { recursive: true });
    for (const [key, value] of Object.entries(all)) stage.file(`credentials/key/${key}`, `${value}\n`);
    const github = { apiURL: stage.github.apiURL, credentials: { secretRef: { name: 'key' } } };
    const path = stage.file('policy.json', policy({ github, ...spec }));
    return {
      args: ['-f', path, '--credentials', join(stage.folder, 'credentials'), '--state', join(stage.folder, 'state')],
    };
  };
const app = ({ github, acme }: Stage, permissions: object = USUAL): Record<string, string> => {
  const created = github.world.apps.add({ id: 12 });
  const installation = created.install(acme, { permissions: { ...permissions } });
  const id = `${installation.id}`;
  return { githubAppID: '12', githubAppInstallationID: id, githubAppPrivateKey: created.privateKey };
};

const CREDENTIALS: Fault[] = [
  {
    title: 'a token that GitHub does not know',
    ...{ code: 'PLUS1_TOKEN_REJECTED', exit: 1, says: /401.*new token/ },
    arrange: ({ github }) => void github.world.tokens.revoke(TOKEN),
  },
  {
    title: 'a token that is not authorized for single sign-on',
    ...{ code: 'PLUS1_TOKEN_SSO', exit: 1, says: /single sign-on.*authorize/ },
    arrange: ({ github, acme }) => {
      acme.saml = true;
      github.world.tokens.add(TOKEN, classic(['repo', 'admin:org'], { sso: false }));
    },
  },
  {
    title: 'a fine-grained token that waits for its approval',
    ...{
      code: 'PLUS1_PERMISSION_MISSING',
      exit: 1,
      says: /organization_administration: write.*waits for an owner to approve/,
    },
    arrange: ({ github }) => {
      const permissions = { contents: 'read', metadata: 'read', organization_administration: 'write' } as const;
      github.world.tokens.add('github_pat_x', {
        kind: 'fine-grained',
        organization: 'acme',
        permissions,
        pending: true,
      });
      return { env: { GITHUB_TOKEN: 'github_pat_x' } };
    },
  },
  {
    title: 'a classic token without admin:org',
    ...{ code: 'PLUS1_SCOPE_MISSING', exit: 1, says: /lacks the scope admin:org/ },
    arrange: ({ github }) => void github.world.tokens.add(TOKEN, classic(['repo'])),
  },
  {
    title: 'a classic token without repo',
    ...{ code: 'PLUS1_SCOPE_MISSING', exit: 1, says: /lacks the scope repo/ },
    arrange: ({ github }) => void github.world.tokens.add(TOKEN, classic(['admin:org'])),
  },
  {
    title: 'an organization that forbids classic tokens',
    ...{ code: 'PLUS1_TOKEN_REJECTED', exit: 1, says: /forbids this kind of token.*App/ },
    arrange: ({ acme }) => void (acme.forbidsClassicTokens = true),
  },
  {
    title: 'an App without organization administration',
    ...{ code: 'PLUS1_PERMISSION_MISSING', exit: 1, says: /organization_administration: write/ },
    arrange: withSecret((stage) => app(stage, { metadata: 'read', contents: 'read' })),
  },
  {
    title: 'an App that may not read contents',
    ...{ code: 'PLUS1_PERMISSION_MISSING', exit: 1, says: /contents: read/ },
    arrange: withSecret((stage) => app(stage, { metadata: 'read', organization_administration: 'write' })),
  },
  {
    title: 'an App that is not installed',
    ...{ code: 'PLUS1_INSTALLATION_NOT_FOUND', exit: 1, says: /install/ },
    arrange: withSecret((stage) => ({ ...app(stage), githubAppInstallationID: '99' })),
  },
  {
    title: 'an App that is suspended',
    ...{ code: 'PLUS1_INSTALLATION_NOT_FOUND', exit: 1, says: /suspend/ },
    arrange: withSecret((stage) => {
      const keys = app(stage);
      stage.github.world.apps.installation(Number(keys['githubAppInstallationID']))?.suspend();
      return keys;
    }),
  },
  {
    title: "another App's key",
    ...{ code: 'PLUS1_SECRET_INVALID', exit: 1, says: /does not accept.*githubAppPrivateKey/ },
    arrange: withSecret((stage) => ({
      ...app(stage),
      githubAppPrivateKey: stage.github.world.apps.add({ id: 13 }).privateKey,
    })),
  },
  {
    title: 'a key that is none',
    ...{ code: 'PLUS1_SECRET_INVALID', exit: 1, says: /githubAppPrivateKey is not an RSA private key/ },
    arrange: withSecret((stage) => ({ ...app(stage), githubAppPrivateKey: 'nonsense' })),
  },
  {
    title: 'a Secret without any key',
    ...{ code: 'PLUS1_SECRET_INVALID', exit: 1, says: /neither token nor githubAppID/ },
    arrange: withSecret(() => ({})),
  },
  {
    title: 'a Secret without the installation',
    ...{ code: 'PLUS1_SECRET_INVALID', exit: 1, says: /githubAppInstallationID .*is missing/ },
    arrange: withSecret((stage) => ({ ...app(stage), githubAppInstallationID: '' })),
  },
  {
    title: 'a Secret for another host',
    ...{ code: 'PLUS1_HOST_NOT_ALLOWED', exit: 2, says: /127\.0\.0\.1:\d+, only to github\.example\.com/ },
    arrange: withSecret(() => ({ token: TOKEN, githubAppBaseURL: 'https://github.example.com/api/v3' })),
  },
  {
    title: 'a Secret that is not there',
    ...{ code: 'PLUS1_SECRET_NOT_FOUND', exit: 1, says: /no Secret key/ },
    arrange: (stage) => {
      const github = { apiURL: stage.github.apiURL, credentials: { secretRef: { name: 'key' } } };
      return { args: ['-f', stage.file('policy.json', policy({ github })), '--credentials', stage.folder] };
    },
  },
  {
    title: 'a credentials folder that is not there',
    ...{
      code: 'PLUS1_SECRET_NOT_FOUND',
      exit: 1,
      says: /the credentials folder \S+nope is not there\. Fix: .*--credentials/,
    },
    arrange: (stage) => {
      const github = { apiURL: stage.github.apiURL, credentials: { secretRef: { name: 'key' } } };
      return {
        args: ['-f', stage.file('policy.json', policy({ github })), '--credentials', join(stage.folder, 'nope')],
      };
    },
  },
  {
    title: 'no token at all',
    ...{ code: 'PLUS1_TOKEN_MISSING', exit: 2, says: /--token.*GHE_ADMIN_TOKEN.*GITHUB_TOKEN/ },
    env: { GITHUB_TOKEN: '' },
  },
  {
    title: 'a token with a line break in it',
    ...{ code: 'PLUS1_SECRET_INVALID', exit: 1, says: /line break/ },
    env: { GITHUB_TOKEN: 'ghp_a\nb' },
  },
];

const TARGETS: Fault[] = [
  {
    title: 'an organization that is not there',
    ...{ code: 'PLUS1_ORGANIZATION_NOT_FOUND', exit: 1, says: /no organization umbrella/ },
    args: ['--org', 'umbrella'],
  },
  {
    title: 'a plan without organization rulesets',
    ...{ code: 'PLUS1_PLAN_MISSING', exit: 1, says: /plan.*Team or Enterprise/ },
    arrange: ({ acme }) => void (acme.plan = 'free'),
  },
  {
    title: 'a ruleset that is not there',
    ...{
      code: 'PLUS1_RULESET_NOT_FOUND',
      exit: 1,
      says: /named absent; it has .*Fix: correct the name, or create it: .*Only selected repositories.*pick one/,
    },
    args: ['--org', 'acme', '--ruleset', 'absent'],
  },
  {
    title: 'two rulesets of that name',
    ...{ code: 'PLUS1_RULESET_AMBIGUOUS', exit: 1, says: /2 rulesets named plus1_enforcement: \d+ and \d+.*rename/ },
    arrange: ({ acme }) => void acme.addRuleset({ name: 'plus1_enforcement', conditions: kept(acme).conditions }),
  },
  ...(
    [
      ['all repositories', { repository_name: { include: ['~ALL'], exclude: [] } }, /targets all repositories/],
      ['repositories by name', { repository_name: { include: ['svc-*'], exclude: [] } }, /by name/],
      ['repositories by property', { repository_property: { include: [], exclude: [] } }, /by their properties/],
    ] as const
  ).map(([title, conditions, says]): Fault => ({
    title: `a ruleset that targets ${title}`,
    ...{ code: 'PLUS1_RULESET_TARGETING', exit: 1, says },
    arrange: ({ acme }) =>
      void kept(acme).edit({ conditions: structuredClone({ ref_name: {}, ...conditions }) as never }),
  })),
  {
    title: 'a host that is nobody',
    ...{ code: 'PLUS1_GITHUB_UNAVAILABLE', exit: 1, says: /cannot look at the organization acme/ },
    args: ['--org', 'acme', '--api-url', 'http://127.0.0.1:9'],
    env: { RETRY_ATTEMPTS: '0' },
  },
];

const HOSTS: Fault[] = [
  ['plain http', ['--org', 'acme', '--api-url', 'http://github.example.com'], {}, /https/],
  ['plain http from the environment', ['--org', 'acme'], { GITHUB_API_URL: 'http://github.example.com' }, /https/],
  ['a password in it', ['--org', 'acme', '--api-url', 'https://user:hunter2@github.example.com'], {}, /password/],
  [
    'a password in the environment',
    ['--org', 'acme'],
    { GITHUB_API_URL: 'https://hunter2@github.example.com' },
    /password/,
  ],
  ['no host', ['--org', 'acme', '--api-url', 'github'], {}, /https:\/\/api\.github\.com/],
].map(([title, args, env, says]) => ({
  title: `an API address with ${title as string}`,
  ...{ code: 'PLUS1_USAGE|PLUS1_HOST_NOT_ALLOWED|PLUS1_POLICY_INVALID', exit: 2, says: says as RegExp },
  args: args as string[],
  env: env as Record<string, string>,
}));
HOSTS.push(
  {
    title: "an --api-url elsewhere than the policy's",
    ...{ code: 'PLUS1_HOST_NOT_ALLOWED', exit: 2, says: /may not go to github\.example\.com, only to 127\.0\.0\.1/ },
    arrange: (stage) => {
      const github = { apiURL: 'https://github.example.com/api/v3' };
      return { args: ['-f', stage.file('policy.json', policy({ github })), '--api-url', stage.github.apiURL] };
    },
  },
  {
    title: "a policy elsewhere than the environment's token",
    ...{ code: 'PLUS1_HOST_NOT_ALLOWED', exit: 2, says: /--allowed-host/ },
    arrange: (stage) => ({
      args: ['-f', stage.file('policy.json', policy({ github: { apiURL: 'https://github.example.com' } }))],
    }),
  },
);

const usage = (title: string, args: string[], says: RegExp, env: Record<string, string> = {}): Fault => ({
  ...{ title, code: 'PLUS1_USAGE', exit: 2, says, args, env },
});
const bare = (...args: string[]): string[] => ['--org', 'acme', ...args];

const USAGE: Fault[] = [
  usage('an unknown flag', bare('--frobnicate'), /--frobnicate/),
  usage('a flag without its value', ['--org'], /--org/),
  usage('neither --org nor -f', [], /neither --org nor -f/),
  usage('both --org and -f', bare('-f', 'policy.yaml'), /--org and -f/),
  usage('an argument too many', bare('extra'), /too many arguments|extra/),
  usage('a login that GitHub cannot have', ['--org', 'ac/me'], /ac\/me.*login/),
  usage('an unknown format', bare('--format', 'xml'), /xml.*text, json/),
  usage('a wait that is no duration', bare('--max-wait', 'soon'), /soon.*duration/),
  usage('a grace period without memory', bare('--grace-period', '1h'), /--grace-period: found 1h without --state/),
  usage('a grace period out of range', bare('--state', '/nonexistent', '--grace-period', '721h'), /720h/),
  usage('a path out of the repository', bare('--yaml-path', '../secret.yaml'), /\.\.\/secret\.yaml/),
  usage('an absolute path', bare('--yaml-path', '/etc/passwd'), /\/etc\/passwd/),
  usage('a proxy that is none', bare(), /HTTPS_PROXY.*proxy\.example/, { HTTPS_PROXY: '::::' }),
  usage('a proxy whose password cannot be decoded', bare(), /HTTPS_PROXY.*proxy\.example/, {
    HTTPS_PROXY: 'http://user:50%off@proxy.example:3128',
  }),
  usage('an old TLS', bare('--tls-min-version', '1.1'), /1\.1.*1\.2, 1\.3/),
  usage('an empty ruleset name', bare('--ruleset', ''), /ruleset/),
  ...[
    ['BATCH_SIZE', '0', '1 to 100'],
    ['BATCH_SIZE', '101', '1 to 100'],
    ['BATCH_SIZE', '1.5', '1 to 100'],
    ['CONCURRENT_BATCHES', '11', '1 to 10'],
    ['RETRY_ATTEMPTS', '-1', '0 to'],
    ['RETRY_DELAY', 'fast', '0 to'],
    ['CACHE_TTL', '-5', 'at least 0'],
    ['CACHE_TTL', '99999999999999999999', 'at least 0'],
  ].map(([name = '', value = '', allowed = '']) =>
    usage(`${name}=${value}`, bare(), new RegExp(`${name}: found "${value}".*${allowed}.*correct or unset`), {
      [name]: value,
    }),
  ),
];

const file = (title: string, text: string, says: RegExp): Fault => ({
  ...{ title, code: 'PLUS1_POLICY_INVALID', exit: 2, says },
  arrange: (stage) => ({ args: ['-f', stage.file('policy.yaml', text)] }),
});

const FILES: Fault[] = [
  {
    ...usage('a policy file that is not there', ['-f', '/nonexistent/policy.yaml'], /ENOENT/),
    code: 'PLUS1_FILE_UNREADABLE',
  },
  {
    ...usage(
      'a folder in place of a policy file',
      ['-f', '/'],
      /the policy file \/: it is a folder, not a regular file\. Fix: save the policy in a regular file/,
    ),
    code: 'PLUS1_FILE_UNREADABLE',
  },
  file('a file without a policy', 'kind: ConfigMap\n', /no Plus1Policy.*exactly one/),
  file('a file with two policies', `${policy({})}\n---\n${policy({})}\n`, /2 policies.*exactly one/),
  file('a misspelt field', policy({ guards: { maxLeving: 1 } }), /maxLeving/),
  file('a value out of range', policy({ guards: { maxLeaving: '250%' } }), /maxLeaving/),
  file('a wrong cron', policy({ schedule: { cron: 'every day' } }), /cron/),
  file(
    'broken YAML',
    'a: [',
    /: \S+: line 1, column 5: broken YAML: Flow sequence [^:]* end with a \]\. Fix: correct the lines or fields named\.$/m,
  ),
  file(
    'YAML of a broken document',
    'kind: Plus1Policy\n  spec: [',
    /: line 1, column 7: broken YAML: [^:]+[^:.]\. Fix: /,
  ),
  file('a version of another day', policy({}).replace('v1alpha1', 'v9'), /v9/),
  {
    title: 'a state that is no state',
    ...{
      code: 'PLUS1_STATE_UNREADABLE',
      exit: 1,
      says: /the state of default\/acme at \S+acme\.json is not JSON\. Fix: repair the file/,
    },
    arrange: (stage) => {
      stage.file('state/default/acme.json', '{"spec":');
      return { args: bare('--state', join(stage.folder, 'state')) };
    },
  },
  {
    title: 'a state that cannot be read',
    ...{
      code: 'PLUS1_STATE_UNREADABLE',
      exit: 1,
      says: /acme\.json: it is a folder, not a regular file\. Fix: repair the file, or remove it/,
    },
    arrange: (stage) => {
      mkdirSync(join(stage.folder, 'state/default/acme.json'), { recursive: true });
      return { args: bare('--state', join(stage.folder, 'state')) };
    },
  },
  {
    title: 'a file where the state folder should be',
    ...{ code: 'PLUS1_STATE_UNREADABLE', exit: 1, says: /ENOTDIR/ },
    arrange: (stage) => ({ args: bare('--state', stage.file('state', 'not a folder')) }),
  },
];

for (const [group, faults] of Object.entries({ CREDENTIALS, TARGETS, HOSTS, USAGE, FILES })) {
  describe(`A user's first fault: ${group.toLowerCase()}`, () => {
    let stage: Stage;
    beforeEach(async () => {
      const acme = town({ members: 2, promoted: 1 });
      const folder = temporaryFolder();
      const write = (name: string, text: string): string => {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      stage = { github: await startGitHub({ organizations: [acme] }), acme, folder, file: write };
    });
    afterEach(() => stage.github.close());

    for (const { title, code, exit, says, args, env, arrange } of faults) {
      it(`${title} is told as ${code.split('|')[0]}, exit ${exit}`, async () => {
        const arranged = arrange?.(stage) ?? {};
        const ran = await plus1(['sync', ...(arranged.args ?? args ?? ['--org', 'acme'])], {
          github: stage.github,
          env: { RETRY_ATTEMPTS: '0', ...env, ...arranged.env },
        });
        expect(ran.stderr)
          .to.match(new RegExp(`^(${code}): [^\\n]+\\. Fix: [^\\n]+\\.\\n$`))
          .and.to.match(says);
        expect(ran.stderr).to.not.match(/\n\s+at |hunter2|undefined|\[object/);
        expect([ran.code, ran.stdout]).to.deep.equal([exit, '']);
        expect(stage.github.counts().writes).to.equal(0);
      });
    }
  });
}
