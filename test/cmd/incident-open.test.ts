/** `plus1 incident open` from outside: the document that its flags ask for, where it is put, and what it refuses. */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { incidentCommand } from '../../cmd/plus1/incident.js';
import { validateCommand } from '../../cmd/plus1/validate.js';
import type { IncidentSpec } from '../../pkg/api/index.js';
import { declaredIn, readDocuments } from '../../pkg/policies/index.js';
import { quote } from '../../pkg/text/index.js';
import { town } from '../builders.js';
import { inputOf } from '../loop/input.js';
import { Loop } from '../loop/loop.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

const NOW = Date.UTC(2025, 2, 15, 12, 0, 0, 123);
const POLICY =
  'apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: acme}\nspec: {organization: acme}\n';
const isRoot = process.getuid?.() === 0;

describe('plus1 incident open', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    writeFileSync(join(folder, 'acme.yaml'), POLICY);
  });

  const run = (...args: string[]): Promise<Outcome> =>
    runCommand(incidentCommand, args, { cwd: folder, nowMs: NOW, env: { HOME: folder } });
  const words = { policy: 'acme', title: 'A token leaked', reason: 'Seen in a public log', owner: 'security' };
  const open = (flags: string[] = [], given: Partial<typeof words> = {}, name = 'leak'): Promise<Outcome> => {
    const all = Object.entries({ ...words, ...given }).flatMap(([flag, value]) => [`--${flag}`, value]);
    return run('open', name, ...all, ...flags);
  };
  /** As the controller reads it; `plus1 validate` must find nothing either. */
  const read = async (text: string): Promise<IncidentSpec> => {
    const path = join(temporaryFolder(), 'incident.yaml');
    writeFileSync(path, text);
    const judged = await runCommand(validateCommand, [path], { cwd: folder });
    expect(judged.code, judged.stdout).to.equal(0);
    const [input, second] = readDocuments(text).inputs;
    expect([input?.faults, second]).to.deep.equal([[], undefined]);
    return input?.spec as IncidentSpec;
  };

  it('prints the document that its flags ask for, with defaults', async () => {
    const { code, stdout, stderr } = await open();
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(parse(stdout)).to.deep.equal({
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Incident', metadata: { name: 'leak' } },
      spec: {
        ...{
          policyRef: { name: 'acme' },
          title: words.title,
          severity: 'High',
          reason: words.reason,
          owner: 'security',
        },
        ...{ detectedAt: '2025-03-15T12:00:00Z', indicators: { actions: [], endpoints: [] } },
        isolate: { repositories: [], responders: [] },
      },
    });
    expect((await open()).stdout, 'the same each time').to.equal(stdout);
    expect(await read(stdout)).to.include({ closed: false, drill: false });
  });

  it('prints what every flag says', async () => {
    const flags = [
      ...['--severity', 'Critical', '--commander', 'grace', '--detected-at', '2025-03-15T11:00:00+01:00'],
      ...['--ticket', 'https://tickets.example.com/SEC-42', '--drill', '--cancel-runs', '--matching', 'Ran'],
      ...[
        '--action',
        'a/b@v1',
        '--action',
        'a/b@v1',
        '--action',
        'a/b@0e58ed8',
        '--action',
        'c/d/below',
        '--actions',
        'Disabled',
      ],
      ...['--endpoint', 'bad.example.com:443', '--endpoint', '*.bad.example.com', '--endpoint', '192.0.2.1:8080'],
      ...['--window-start', '2025-03-14T16:00:00Z', '--window-end', '2025-03-14T16:00:00Z'],
      ...[
        '--repository',
        'pay-api',
        '--repository',
        'pay-api',
        '--repository',
        '.github',
        '--responder',
        'security-response',
      ],
    ];
    const { code, stdout, stderr } = await open(flags, { policy: 'team/acme' });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect((parse(stdout) as { metadata: object }).metadata).to.deep.equal({ name: 'leak', namespace: 'team' });
    expect(await read(stdout)).to.deep.equal({
      ...{ policyRef: { name: 'acme' }, title: words.title, reason: words.reason, owner: 'security', closed: false },
      ...{ severity: 'Critical', commander: 'grace', detectedAt: '2025-03-15T11:00:00+01:00', drill: true },
      ticket: 'https://tickets.example.com/SEC-42',
      indicators: {
        actions: [
          { name: 'a/b', refs: ['v1'], commits: ['0e58ed8'] },
          { name: 'c/d/below', refs: [], commits: [] },
        ],
        endpoints: ['bad.example.com:443', '*.bad.example.com', '192.0.2.1:8080'],
      },
      window: { start: '2025-03-14T16:00:00Z', end: '2025-03-14T16:00:00Z' },
      isolate: {
        ...{ repositories: ['pay-api', '.github'], responders: ['security-response'] },
        ...{ matching: 'Ran', actions: 'Disabled', cancelRuns: true },
      },
    });
  });

  const foreign = [
    ...[
      'off',
      'yes',
      'No',
      'y',
      '~',
      'null',
      '=',
      '<<',
      '1e3',
      '0x1',
      '0o17',
      '1_000',
      '2025-03-14',
      '190:20:30',
      '12',
      '.inf',
    ],
    ...[
      'a: b',
      '- a',
      '# a',
      '{a}',
      "it's",
      '"',
      '\\',
      '|',
      '---',
      'a\nb',
      ' a ',
      '\ta',
      'a\u202eb',
      '\u0007',
      'a\u2028b',
      '😀',
    ],
  ];
  for (const word of foreign)
    it(`keeps the text ${quote(word)} as it is, for readers of YAML 1.1 too, and shows nothing hidden`, async () => {
      const reason = word.repeat(8);
      const { code, stdout } = await open(
        ['--commander', word, '--repository', word, '--action', 'a/b@'.concat(word)],
        {
          ...{ title: word, reason, owner: word },
        },
      );
      expect(code).to.equal(0);
      const { title, owner, commander, isolate, reason: said, indicators } = await read(stdout);
      expect([title, owner, commander, ...isolate.repositories]).to.deep.equal([word, word, word, word]);
      expect([said, indicators.actions[0]?.refs]).to.deep.equal([reason, [word]]);
      const older = (parse(stdout, { version: '1.1' }) as { spec: IncidentSpec }).spec;
      expect([older.title, older.owner, older.commander]).to.deep.equal([word, word, word]);
      expect(stdout.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });

  const wrong: { flags?: string[]; given?: Partial<typeof words>; name?: string; says: RegExp }[] = [
    { given: { policy: 'a/b/acme' }, says: /--policy: found "a\/b\/acme", allowed: NAME or NAMESPACE\/NAME/ },
    { given: { policy: '/acme' }, says: /--policy: found/ },
    { given: { policy: 'acme/' }, says: /--policy: found/ },
    { given: { policy: 'Acme' }, says: /spec\.policyRef\.name: / },
    { given: { policy: 'Team/acme' }, says: /metadata\.namespace: / },
    { given: { title: '' }, says: /option '--title <text>' argument is empty/ },
    { given: { title: 'a'.repeat(257) }, says: /spec\.title: .*1 to 256 characters/ },
    { given: { reason: 'short' }, says: /spec\.reason: .*8 to 1024 characters/ },
    { given: { owner: 'a'.repeat(254) }, says: /spec\.owner: / },
    { name: '../acme', says: /metadata\.name: / },
    { name: 'A', says: /metadata\.name: / },
    { name: 'a\u202eb', says: /metadata\.name: found "?a\\u202eb/ },
    { flags: ['--severity', 'Bad'], says: /--severity/ },
    { flags: ['--matching', 'Refers'], says: /isolate\.matching Refers or Ran only with indicators\.actions/ },
    { flags: ['--matching', 'Ran', '--action', 'a/b'], says: /isolate\.matching Ran only with a window/ },
    { flags: ['--actions', 'Off'], says: /--actions/ },
    { flags: ['--action', 'tj-actions'], says: /spec\.indicators\.actions\.0\.name: .*OWNER\/ACTION/ },
    { flags: ['--action', 'a/b@v1@v2'], says: /--action: found "a\/b@v1@v2", allowed: .*one @/ },
    { flags: ['--action', 'a/b@'], says: /--action: found "a\/b@"/ },
    { flags: ['--endpoint', 'https://bad.example.com'], says: /spec\.indicators\.endpoints\.0: / },
    { flags: ['--endpoint', 'bad.example.com:port'], says: /spec\.indicators\.endpoints\.0: / },
    { flags: ['--window-start', 'yesterday'], says: /spec\.window\.start: .*RFC 3339/ },
    { flags: ['--window-end', '2025-03-14T16:00:00Z'], says: /spec\.window\.start: / },
    {
      flags: ['--window-start', '2025-03-15T16:00:00Z', '--window-end', '2025-03-14T16:00:00Z'],
      says: /spec\.window: .*an end that is not before start/,
    },
    { flags: ['--detected-at', '2025-02-30T00:00:00Z'], says: /spec\.detectedAt: / },
    { flags: ['--ticket', 'http://tickets.example.com'], says: /spec\.ticket: .*https URL/ },
    { flags: ['--responder', 'Security Response'], says: /spec\.isolate\.responders\.0: .*slug/ },
    { flags: ['--repository', 'a'.repeat(101)], says: /spec\.isolate\.repositories\.0: .*1 to 100 characters/ },
    { flags: ['--policies', ''], says: /option '--policies <dir>' argument is empty/ },
    { flags: ['--bogus'], says: /unknown option '--bogus'/ },
    { flags: ['another'], says: /too many arguments/ },
  ];
  for (const { flags = [], given = {}, name, says } of wrong)
    it(`refuses ${quote([...Object.entries(given).flat(), ...flags, name ?? ''].join(' '))}`, async () => {
      const { code, stdout, stderr } = await open(flags, given, name);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr)
        .to.match(says)
        .and.to.match(/^PLUS1_USAGE: [^\n]*\n$/);
    });

  for (const flag of ['policy', 'title', 'reason', 'owner'])
    it(`refuses to do without --${flag}`, async () => {
      const rest = Object.entries(words).filter(([name]) => name !== flag);
      const { code, stderr } = await run('open', 'leak', ...rest.flatMap(([name, value]) => [`--${name}`, value]));
      expect(code).to.equal(2);
      expect(stderr).to.include(`required option '--${flag} `);
    });

  it('takes names of 100 characters, and a folder that they lie in', async () => {
    const long = 'a'.repeat(100);
    const { code, stdout } = await open(['--repository', long, '--policies', folder], {}, long);
    expect([code, stdout]).to.deep.equal([0, `Wrote ${folder}/incident-${long}.yaml; the next pass acts on it\n`]);
    expect((await read(readFileSync(join(folder, `incident-${long}.yaml`), 'utf8'))).isolate.repositories).to.include(
      long,
    );
  });

  it('puts a file into the policies folder that everybody may read who may read the folder', async () => {
    for (const [mode, wanted] of [
      [0o755, 0o644],
      [0o700, 0o600],
      [0o777, 0o644],
      [0o750, 0o640],
    ] as const) {
      chmodSync(folder, mode);
      if (isRoot) chownSync(folder, 65_534, 65_533);
      const name = `leak-${mode}`;
      expect(await open(['--policies', folder], {}, name)).to.include({ code: 0, stderr: '' });
      const file = statSync(join(folder, `incident-${name}.yaml`));
      expect(file.mode & 0o777).to.equal(wanted);
      if (isRoot) expect([file.uid, file.gid]).to.deep.equal([65_534, 65_533]);
    }
  });

  it('puts it where a relative folder says, and beside one of another namespace', async () => {
    writeFileSync(join(folder, 'team.yaml'), POLICY.replace('{name: acme}', '{name: acme, namespace: team}'));
    expect((await open(['--policies', '.'])).stdout).to.equal('Wrote incident-leak.yaml; the next pass acts on it\n');
    const { stdout } = await open(['--policies', '.'], { policy: 'team/acme' });
    expect(stdout).to.equal('Wrote incident-team-leak.yaml; the next pass acts on it\n');
    const found = await declaredIn(folder, new AbortController().signal);
    expect(found.filter(({ kind }) => kind === 'Plus1Incident').map(({ namespace }) => namespace)).to.deep.equal([
      ...['default', 'team'],
    ]);
  });

  it('makes no folder: a path that was mistyped is no policies folder', async () => {
    for (const path of [join(folder, 'policeis'), join(folder, 'acme.yaml')]) {
      const { code, stdout, stderr } = await open(['--policies', path]);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(
        /^PLUS1_FILE_UNREADABLE: .*Fix: name the policies folder of the controller with --policies\.\n$/,
      );
    }
    expect(() => lstatSync(join(folder, 'policeis'))).to.throw();
  });

  it('says that nothing acts on it where the folder has no such policy', async () => {
    const { code, stdout, stderr } = await open(['--policies', folder], { policy: 'acne' });
    expect([code, stdout]).to.deep.equal([0, `Wrote ${folder}/incident-leak.yaml\n`]);
    expect(stderr).to.include('declares no policy default/acne: nothing acts on the incident before it does.');
  });

  it('takes the place of no file, link or folder, and of no incident in another file', async () => {
    const path = join(folder, 'incident-leak.yaml');
    const refused = async (says: RegExp): Promise<void> => {
      const { code, stdout, stderr } = await open(['--policies', folder]);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(says);
    };
    symlinkSync(join(folder, 'nowhere.yaml'), path);
    await refused(/incident-leak\.yaml is there already\. Fix: choose another name, or edit that file\./);
    expect(lstatSync(path).isSymbolicLink()).to.equal(true);
    const other = join(temporaryFolder(), 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'acme.yaml'), `${POLICY}---\n${(await open()).stdout}`);
    folder = other;
    await refused(/acme\.yaml in \S+ declares the incident default\/leak already/);
  });

  it('tells a name that is too long for a file, and a folder in which nothing may be written', async function () {
    const { code, stderr } = await open(['--policies', folder], {}, 'a'.repeat(250));
    expect(code).to.equal(1);
    expect(stderr).to.match(/^PLUS1_OUTPUT_UNWRITABLE: .*Fix: choose a shorter name\.\n$/);
    if (isRoot) return;
    chmodSync(folder, 0o500);
    expect(await open(['--policies', folder])).to.include({ code: 1, stdout: '' });
  });

  it('writes what the controller reads, word for word', async () => {
    const loop = await Loop.open({ organizations: [town({ members: 3 })] });
    try {
      loop.put('acme.yaml', loop.policy('acme'));
      folder = loop.policies;
      expect(await open(['--policies', '.'], { title: 'off\u202e', reason: '2025-03-14', owner: '0o17' })).to.include({
        code: 0,
      });
      await loop.start();
      await loop.until(() => inputOf(loop, 'Plus1Incident', 'leak') !== undefined, 'the incident is kept');
      await loop.settle();
      const kept = inputOf<{ spec: IncidentSpec }>(loop, 'Plus1Incident', 'leak');
      expect(kept?.spec).to.include({ title: 'off\u202e', reason: '2025-03-14', owner: '0o17' });
    } finally {
      await loop.close();
    }
  });
});
