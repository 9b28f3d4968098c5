/** `plus1 incident isolate` and `close` on the file that declares an incident: what they change of it, and what they leave alone. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { incidentCommand } from '../../cmd/plus1/incident.js';
import { validateCommand } from '../../cmd/plus1/validate.js';
import type { IncidentSpec } from '../../pkg/api/index.js';
import { commentsIn } from '../../pkg/text/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';
import { keepInput } from './kept-input.js';

const KIND = 'Plus1Incident';
const HEAD = `# Kept by the team on call
apiVersion: plus1.dev/v1alpha1
kind: Plus1Incident
metadata:
  name: leak # as in the channel
  labels: { team: security }
`;
const SPEC = `spec:
  policyRef: { name: acme }
  # Says what the press may know.
  title: 'A token leaked'
  severity: High
  reason: >-
    A token of CI was seen in a public log, on a day that was long and in a build that nobody had looked at for some weeks
  owner: "security"
  isolate:
    repositories:
    - pay-api   # seen first
    # - pay-web is clean
`;
const TEXT = HEAD + SPEC;
const SPEC_KEPT = {
  ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'High', owner: 'security' },
  ...{ reason: 'A token of CI was seen in a public log', isolate: { repositories: ['pay-api'] } },
};
const SECRET = 'kind: Secret\napiVersion: v1\nmetadata: {name: x}\nstringData: {a:   "b"}   # spaced\n';
const POLICY =
  'apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: acme}\nspec: {organization: acme, github: {}}\n';

describe('plus1 incident isolate and close', () => {
  let policies: string;
  let state: string;
  const at = (name: string): string => join(policies, name);
  const text = (name = 'leak.yaml'): string => readFileSync(at(name), 'utf8');
  const put = (content: string, name = 'leak.yaml'): void => writeFileSync(at(name), content);
  const specOf = (content = text()): IncidentSpec => (parse(content) as { spec: IncidentSpec }).spec;

  beforeEach(async () => {
    [policies, state] = [temporaryFolder(), temporaryFolder()];
    await keepInput(state, { kind: KIND, name: 'leak', spec: SPEC_KEPT });
    put(TEXT);
  });

  const run = (...args: string[]): Promise<Outcome> =>
    runCommand(incidentCommand, [...args, '--state', state], { cwd: policies });
  const edit = (...args: string[]): Promise<Outcome> => run(...args, '--policies', policies);
  /** It is written, and `plus1 validate` has nothing against it. */
  const changes = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await edit(...args);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal(`Wrote ${at('leak.yaml')}; the next pass acts on it\n`);
    const judged = await runCommand(validateCommand, [at('leak.yaml')], { cwd: policies });
    expect(judged.code, judged.stdout).to.equal(0);
    return text();
  };
  const refuses = async (args: string[], code: number, says: RegExp): Promise<void> => {
    const before = readdirSync(policies).map((name) => [name, lstatSync(at(name)).isDirectory() ? '' : text(name)]);
    const ran = await edit(...args);
    expect([ran.code, ran.stdout]).to.deep.equal([code, '']);
    expect(ran.stderr)
      .to.match(says)
      .and.to.match(/^[^\n]*\n$/);
    expect(
      readdirSync(policies).map((name) => [name, lstatSync(at(name)).isDirectory() ? '' : text(name)]),
    ).to.deep.equal(before);
  };

  it('close sets one line, and leaves every other byte', async () => {
    expect(await changes('close', 'leak')).to.equal(TEXT.replace('spec:\n', 'spec:\n  closed: true\n'));
    await refuses(['close', 'leak'], 1, /leak\.yaml says so already\./);
    await refuses(['isolate', 'leak', '--repository', 'more'], 2, /leak is closed\. Fix: open another incident/);
  });

  it('close takes the line that says it is open, and keeps line ends', async () => {
    put(TEXT.replace('  severity', '  closed: false # not yet\n  severity').replaceAll('\n', '\r\n'));
    const after = TEXT.replace('  severity', '  closed: true # not yet\n  severity').replaceAll('\n', '\r\n');
    expect(await changes('close', 'default/leak')).to.equal(after);
    put(TEXT.replaceAll('\n', '\r\n'));
    expect(await changes('close', 'leak')).to.equal(
      TEXT.replace('spec:\n', 'spec:\n  closed: true\n').replaceAll('\n', '\r\n'),
    );
  });

  it('isolate adds to lists and keeps comments, quotes, labels and the way it is written', async () => {
    const after = await changes(
      'isolate',
      'leak',
      '--repository',
      'pay-web',
      '--repository',
      'PAY-API',
      '--repository',
      'off',
    );
    expect(after).to.equal(
      TEXT.replace(
        '- pay-api   # seen first\n    # - pay-web is clean\n',
        '- pay-api # seen first\n    - pay-web\n    - "off"\n    # - pay-web is clean\n',
      ),
    );
    await refuses(['isolate', 'leak', '--repository', 'Pay-Web'], 1, /says so already/);
  });

  it('isolate sets how, and adds teams', async () => {
    const flags = ['--matching', 'None', '--actions', 'Disabled', '--cancel-runs', '--responder', 'on-call'];
    await changes('isolate', 'leak', ...flags);
    expect(specOf().isolate).to.deep.equal({
      ...{
        repositories: ['pay-api'],
        matching: 'None',
        actions: 'Disabled',
        cancelRuns: true,
        responders: ['on-call'],
      },
    });
    for (const comment of ['# Kept by', '# as in the channel', '# Says what', '# seen first', '# - pay-web is clean'])
      expect(text()).to.include(comment);
    await refuses(['isolate', 'leak', ...flags], 1, /says so already/);
    await changes('isolate', 'leak', '--actions', 'Keep');
    expect(specOf().isolate.actions).to.equal('Keep');
  });

  it('isolate makes the fields that are not there yet', async () => {
    const forms = [
      ...['', '  isolate: {}\n', '  isolate:\n    actions: Keep\n', '  isolate: {repositories: []}\n', '  isolate:\n'],
      ...['  isolate: ~ # nobody yet\n', '  isolate:\n    repositories:\n      # nobody yet\n', '  isolate: {\n  }\n'],
    ];
    for (const form of forms) {
      put(HEAD + SPEC.replace(/ {2}isolate:[^]*/, form));
      await changes('isolate', 'leak', '--repository', 'pay-web');
      expect(specOf().isolate.repositories).to.deep.equal(['pay-web']);
      expect(text().includes('# nobody yet')).to.equal(form.includes('# nobody yet'));
    }
  });

  it('keeps every comment and every other value, in whatever form the file is written', async () => {
    const comment = fc.constantFrom('', '# a', '# b: [', '# c # c');
    const list = fc.constantFrom(
      '[a, "b"]',
      '\n      - a\n      - "b"',
      '\n    - a # x\n\n    - "b"',
      "[\n      'a',\n      b,\n    ]",
    );
    const other = fc.constantFrom(
      ...[
        'title: "a \\u202e b"',
        "title: 'it''s'",
        'title: |-\n    two\n\n    lines',
        'title: >-\n    folded\n    line',
      ],
      ...[
        'title: a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z',
      ],
    );
    const file = fc.tuple(comment, comment, list, other, fc.boolean()).map(([above, below, names, title, isLast]) => {
      const isolate = `  isolate: ${above}\n    ${below}\n    repositories: ${names}\n    # of lists\n`;
      const rest = `  ${title}\n  ${above}\n  severity: High ${below}\n`;
      const end = '  policyRef: {name: acme} # ours\n  reason: Because of it\n  owner: me\n';
      return `${HEAD}spec: ${below}\n${isLast ? rest + end + isolate : isolate + rest + end}`;
    });
    await fc.assert(
      fc.asyncProperty(file, async (before) => {
        put(before);
        expect(await edit('isolate', 'leak', '--repository', 'off', '--actions', 'Disabled')).to.include({ code: 0 });
        const [was, is] = [specOf(before), specOf()];
        expect(is).to.deep.equal({ ...was, isolate: { repositories: ['a', 'b', 'off'], actions: 'Disabled' } });
        expect(commentsIn(text()).sort()).to.deep.equal(commentsIn(before).sort());
      }),
      { numRuns: 60 },
    );
  });

  it('works on the file as it is now: what a person wrote since the last pass stays', async () => {
    put(TEXT.replace('- pay-api', '- pay-ledger').replace("'A token leaked'", 'Two tokens leaked'));
    await changes('isolate', 'leak', '--repository', 'pay-web');
    expect(specOf()).to.deep.include({ title: 'Two tokens leaked' });
    expect(specOf().isolate.repositories).to.deep.equal(['pay-ledger', 'pay-web']);
  });

  it('changes its own document alone, of a file of several', async () => {
    const other = TEXT.replace('name: leak', 'name: other');
    const team = TEXT.replace('name: leak', 'namespace: team\n  name: leak');
    put(`${SECRET}---\n${POLICY}--- # two\n${other}---\n${team}---\n${TEXT}...\n---\n${SECRET}`);
    const after = await changes('isolate', 'default/leak', '--repository', 'pay-web');
    expect(after.startsWith(`${SECRET}---\n${POLICY}--- # two\n${other}---\n${team}---\n# Kept by`)).to.equal(true);
    expect(after.endsWith(`---\n${SECRET}`)).to.equal(true);
    const lists = parseAllDocuments(after).map(
      (each) => (each.toJS() as { spec?: IncidentSpec }).spec?.isolate?.repositories,
    );
    expect(lists).to.deep.equal([undefined, undefined, ['pay-api'], ['pay-api'], ['pay-api', 'pay-web'], undefined]);
    await changes('close', 'leak');
    expect(text().match(/closed: true/g)).to.have.length(1);
  });

  it('stays JSON in a file of JSON', async () => {
    const object = parse(TEXT) as object;
    for (const indent of [0, 2, '\t']) {
      put(`${JSON.stringify(object, null, indent)}\n`);
      await changes('isolate', 'leak', '--repository', 'pay-web');
      await changes('close', 'leak');
      const spec = { ...(JSON.parse(text()) as { spec: IncidentSpec }).spec };
      expect([spec.closed, spec.isolate.repositories]).to.deep.equal([true, ['pay-api', 'pay-web']]);
      expect(text()).to.equal(`${JSON.stringify(JSON.parse(text()), null, indent)}\n`);
    }
  });

  it('keeps the byte order mark, the mode of the file, and the link that leads to it', async () => {
    const real = join(temporaryFolder(), 'real.yaml');
    writeFileSync(real, `\ufeff${TEXT}`);
    chmodSync(real, 0o640);
    put('', 'gone');
    symlinkSync(real, at('link.yaml'));
    await keepInput(state, { kind: KIND, name: 'leak', spec: SPEC_KEPT, file: 'link.yaml' });
    for (const args of [
      ['isolate', 'leak', '--repository', 'pay-web'],
      ['close', 'leak'],
    ]) {
      expect(await edit(...args)).to.include({ code: 0, stderr: '' });
      expect(lstatSync(at('link.yaml')).isSymbolicLink()).to.equal(true);
      expect(statSync(real).mode & 0o777).to.equal(0o640);
      expect(readFileSync(real, 'utf8').startsWith('\ufeff# Kept by')).to.equal(true);
    }
    expect(specOf(readFileSync(real, 'utf8').slice(1))).to.deep.include({ closed: true });
  });

  it('refuses a folder that has no such file, a file that is no file, and one that is not text', async () => {
    const gone =
      /^PLUS1_FILE_UNREADABLE: cannot read \S+leak\.yaml, which declares default\/leak: .*Fix: name the policies folder/;
    const away = temporaryFolder();
    for (const path of [away, join(away, 'nowhere')]) {
      const { code, stdout, stderr } = await run('close', 'leak', '--policies', path);
      expect([code, stdout, readdirSync(away)]).to.deep.equal([2, '', []]);
      expect(stderr).to.match(gone);
    }
    writeFileSync(at('leak.yaml'), Buffer.from([0xff, 0xfe, 0]));
    expect((await edit('close', 'leak')).stderr)
      .to.match(gone)
      .and.to.include('it is not UTF-8');
    await keepInput(state, { kind: KIND, name: 'leak', spec: SPEC_KEPT, file: 'folder.yaml' });
    mkdirSync(at('folder.yaml'));
    expect(await edit('close', 'leak')).to.include({ code: 2, stdout: '' });
  });

  it('refuses a file that declares something else by now, and writes over nothing', async () => {
    for (const content of [POLICY, TEXT.replace('name: leak', 'name: other'), `${SECRET}---\n${POLICY}`, '']) {
      put(content);
      for (const args of [
        ['close', 'leak'],
        ['isolate', 'leak', '--repository', 'x'],
      ])
        await refuses(args, 2, /^PLUS1_USAGE: \S+leak\.yaml does not declare default\/leak any more\. Fix: /);
    }
  });

  it('refuses a document that is wrong, with its faults', async () => {
    put(TEXT.replace('severity: High', 'severity: Bad'));
    await refuses(['close', 'leak'], 2, /^PLUS1_POLICY_INVALID: \S+leak\.yaml: spec\.severity: found "Bad"/);
    put(TEXT.replace('severity: High', 'severity: [High'));
    await refuses(['close', 'leak'], 2, /does not declare default\/leak any more/);
  });

  it('says what to write by hand where the file has a form that it cannot keep', async () => {
    put(`${HEAD}${SPEC.replace(/ {4}repositories:[^]*/, '    repositories: &all [pay-api]\n    responders: *all\n')}`);
    await refuses(
      ['isolate', 'leak', '--repository', 'x', '--responder', 'y'],
      2,
      /cannot be changed without changing what else is in it\. Fix: write it by hand: x in spec\.isolate\.repositories; y in spec\.isolate\.responders\./,
    );
  });

  it('refuses what the schema does not take', async () => {
    await refuses(['isolate', 'leak'], 2, /^PLUS1_USAGE: found nothing to change, allowed: --repository/);
    await refuses(['isolate', 'leak', '--matching', 'Refers'], 2, /only with indicators\.actions/);
    await refuses(['isolate', 'leak', '--responder', 'On Call'], 2, /spec\.isolate\.responders\.0/);
    await refuses(['isolate', 'leak', '--repository', 'a'.repeat(101)], 2, /spec\.isolate\.repositories\.1/);
    await refuses(['isolate', 'leak', '--actions', 'Off'], 2, /--actions/);
    await refuses(['isolate'], 2, /missing required argument 'incident'/);
  });

  it('prints the document without --policies, and changes no file', async () => {
    const isolated = await run('isolate', 'leak', '--repository', 'pay-web', '--repository', '1e3');
    expect([isolated.code, isolated.stderr, text()]).to.deep.equal([0, '', TEXT]);
    const { metadata, spec } = parse(isolated.stdout) as { metadata: object; spec: IncidentSpec };
    expect(metadata).to.deep.equal({ name: 'leak', namespace: 'default' });
    expect(spec.isolate.repositories).to.deep.equal(['pay-api', 'pay-web', '1e3']);
    expect(parse((await run('close', 'leak')).stdout)).to.have.nested.property('spec.closed', true);
  });
});
