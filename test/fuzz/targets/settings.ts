/** What an operator gives: kubeconfigs, Secrets, the environment, flags. It holds credentials, and none may be told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { addressFault, durationMs, formatDuration, parseDuration, redactAddresses } from '../../../pkg/api/index.js';
import { readEnvironment } from '../../../cmd/plus1/environment.js';
import { limitsOf, withLimitOptions } from '../../../cmd/plus1/limit-options.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { parseSecret } from '../../../pkg/github/index.js';
import { redactValues } from '../../../pkg/github/requester/redact-values.js';
import { parseRecordRef, parseRecordTime } from '../../../pkg/journal/index.js';
import { readKubeconfigs } from '../../../pkg/kube/kubeconfig.js';
import { endpointOf } from '../../../pkg/kube/kubeconfig-cluster.js';
import { parseKey } from '../../../pkg/policies/index.js';
import { anyCharacter } from '../../characters.js';
import { corpus } from '../corpus.js';
import { mutatedText, PIECES } from '../mutate/text.js';
import { target } from '../target.js';

const SECRET = 's3cr3tQz7Vw9Kp2LmX5';

/** The work may refuse what it was given by an error of ours alone, whose text holds no secret. */
async function taken(code: string, work: () => unknown): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Plus1Error)) throw error;
    expect(error.code).to.equal(code);
    secretless(error.message, error.fix);
    return false;
  }
}

function secretless(...texts: readonly string[]): void {
  for (const text of texts) if (text.includes(SECRET)) throw new Error(`the secret is told: ${text}`);
}

const CONFIG = `apiVersion: v1
kind: Config
clusters:
- name: t
  cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}
users:
- name: a
  user: {token: ${SECRET}, username: u, password: ${SECRET}}
contexts:
- {name: t, context: {cluster: t, user: a, namespace: default}}
current-context: t
`;

let folder: string | undefined;

/** One file for all of them; it is gone when the process ends. */
function fileOf(text: string): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'program-fuzz-'));
    folder = made;
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  const path = join(folder, 'config');
  writeFileSync(path, text);
  return path;
}

export const kubeconfigs = target<string>({
  name: 'kubeconfigs',
  weight: 2,
  leastTaken: 0.1,
  inputs: mutatedText([CONFIG, CONFIG, ...corpus('kubeconfigs')], {
    pieces: ['clusters:\n', 'name: t\n', 'exec: ', 'certificate-authority-data: '],
  }),
  judge: (text) =>
    taken('PLUS1_CLUSTER_CONFIG', async () => {
      const { cluster, user } = await readKubeconfigs([fileOf(text)]);
      await endpointOf(cluster, user);
    }),
});

const harmless = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: anyCharacter, maxLength: 30 }));
const odd = fc.oneof({ weight: 9, arbitrary: harmless }, fc.constant(SECRET));
const KEYS = [
  'token',
  'githubAppID',
  'githubAppPrivateKey',
  'githubAppInstallationID',
  'githubAppInstallationOwner',
  'githubAppBaseURL',
  'ca.crt',
];
const VALUES = [
  'acme',
  '123',
  'Iv23liABCDEF',
  'https://github.example/api/v3',
  `https://u:${SECRET}@github.example`,
  `ghp_${SECRET}`,
];

export const secrets = target<Record<string, string>>({
  name: 'secrets',
  weight: 2,
  leastTaken: 0.02,
  inputs: fc.dictionary(fc.constantFrom(...KEYS), fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...VALUES) }, odd), {
    maxKeys: 4,
  }),
  judge: (keys) => taken('PLUS1_SECRET_INVALID', () => parseSecret(keys, 'acme')),
});

const NAMES = [
  'GITHUB_API_URL',
  'TARGET_ORG',
  'RULESET_NAME',
  'DATADOG_YAML_PATH',
  'PRODUCTION_LIFECYCLE_VALUES',
  'BATCH_SIZE',
].concat([
  'CONCURRENT_BATCHES',
  'RETRY_ATTEMPTS',
  'RETRY_DELAY',
  'CACHE_TTL',
  'HTTPS_PROXY',
  'no_proxy',
  'XDG_STATE_HOME',
  'HOME',
]);
const SETTINGS = [
  '',
  '5',
  '100',
  '0',
  '007',
  '1e3',
  'a.yaml',
  './a',
  'proxy.example:3128',
  `http://u:${SECRET}@proxy.example`,
  `http://u:${SECRET}%@p`,
];

/** Where a secret stands in another variable than these, it is told as what was found there. */
const MAY_HOLD_SECRETS = /PROXY|URL/i;

const variables = fc
  .dictionary(fc.constantFrom(...NAMES), fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...SETTINGS) }, odd), {
    maxKeys: 4,
  })
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, value]) => [
        name,
        MAY_HOLD_SECRETS.test(name) ? value : value.replaceAll(SECRET, 'x'),
      ]),
    ),
  );

export const environments = target<Record<string, string>>({
  name: 'environment',
  weight: 2,
  leastTaken: 0.1,
  inputs: variables,
  judge: (given) =>
    taken('PLUS1_USAGE', () => {
      const { batchSize = 1, concurrency = 1, attempts = 0 } = readEnvironment({ GITHUB_TOKEN: SECRET, ...given });
      expect(batchSize).to.be.within(1, 100);
      expect(concurrency).to.be.within(1, 10);
      expect(attempts).to.be.within(0, 10);
    }),
});

const words = fc.oneof(
  fc.constantFrom(
    '1h30m',
    '0',
    '0.5s',
    '25%',
    '20',
    '1h1h',
    '99999999999999h',
    '12',
    'one:12',
    '2026-11-02T10:00:00Z',
    'a/b',
  ),
  odd,
);

export const flags = target<string>({
  name: 'flags',
  weight: 3,
  leastTaken: 0.1,
  inputs: words,
  judge: (word) => {
    const ms = parseDuration(word);
    if (ms !== undefined) {
      expect(durationMs(word)).to.equal(ms);
      expect(ms).to.be.at.least(0);
      formatDuration(ms);
    }
    const ref = parseRecordRef(word);
    if (ref !== undefined) expect(Number.isFinite(ref.sequence ?? 0)).to.equal(true);
    const time = parseRecordTime(word);
    if (time !== undefined) expect(new Date(time).toISOString()).to.equal(time);
    const isKey = parses(() => parseKey(word));
    const isFlag = ['--limit-max-leaving', '--limit-min-grace-period', '--limit-min-approvals']
      .map((flag) => isTaken(flag, word))
      .some(Boolean);
    return ms !== undefined || ref !== undefined || time !== undefined || isFlag || isKey;
  },
});

function parses(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof Plus1Error)) throw error;
    return false;
  }
}

function isTaken(flag: string, word: string): boolean {
  const command = withLimitOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([flag, word], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return false;
  }
  const { maxLeaving, minGracePeriod, minApprovals } = limitsOf(command.opts());
  if (minGracePeriod !== undefined) expect(parseDuration(minGracePeriod)).to.not.equal(undefined);
  if (minApprovals !== undefined) expect(minApprovals).to.be.within(1, 10);
  if (maxLeaving !== undefined) expect(String(maxLeaving)).to.match(/^\d+%?$/);
  return true;
}

const SPELLINGS = [
  SECRET,
  SECRET.toLowerCase(),
  Buffer.from(`user:${SECRET}`).toString('base64'),
  Buffer.from(SECRET).toString('hex'),
].concat([encodeURIComponent(SECRET), [...SECRET].join(' '), SECRET.slice(0, 14)]);

export const redaction = target<string[]>({
  name: 'redaction',
  weight: 3,
  leastTaken: 0.3,
  inputs: fc.array(fc.oneof(fc.constantFrom(...SPELLINGS, 'https://u:', '@host/', 'Bearer '), odd), { maxLength: 8 }),
  judge: (parts) => {
    const text = parts.join('');
    const left = redactValues(text, [SECRET]);
    const lower = left.toLowerCase();
    for (const spelling of SPELLINGS)
      if (lower.includes(spelling.toLowerCase())) throw new Error(`it is left: ${left}`);
    // Of an address that a policy names, whatever may be a password is gone.
    const rest = parts.join('').replaceAll(new RegExp(SPELLINGS.join('|'), 'gi'), '');
    const address = `https://u:${SECRET}@${rest}`;
    secretless(redactAddresses(JSON.stringify(address)), addressFault(address) ?? '');
    return left !== text;
  },
});
