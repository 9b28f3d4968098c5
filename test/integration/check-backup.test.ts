/** `plus1 check` of a policy with a backup credential: a backup that is of no use must not be found out on the day when it is needed. */
import { expect } from 'chai';
import type { Token } from '../fakes/github/index.js';
import { CheckStage, classic, fine, linesOf, namesOf, PAT, reportOf, type CheckReport } from './check-stage.js';
import { plus1, type Ran } from './cli.js';

const DAY_MS = 24 * 3_600_000;

describe('plus1 check of a backup credential', () => {
  let stage: CheckStage;
  beforeEach(async () => {
    stage = await CheckStage.open();
  });
  afterEach(() => stage.close());

  /** The first is an App that is well; the backup a token that GitHub knows so, or one that it does not know. */
  function check({ known, value = PAT, args = [] }: { known?: Token; value?: string; args?: string[] }): Promise<Ran> {
    const credentials = { secretRef: { name: 'key' }, backupSecretRef: { name: 'spare' } };
    const github = { apiURL: stage.github.apiURL, credentials };
    const app = stage.app({ spec: { github } });
    if (known !== undefined) stage.github.world.tokens.add(value, known);
    stage.secret({ token: value, githubAppBaseURL: stage.github.apiURL }, 'spare');
    return plus1([...app.args, ...args]);
  }
  const json = (options: Parameters<typeof check>[0]): Promise<CheckReport & { code: number | undefined }> =>
    reportOf(check({ ...options, args: ['--format', 'json', ...(options.args ?? [])] }));

  it('says of it what it says of the first, but what is the same for both', async () => {
    const report = await json({ known: fine() });
    expect(report.code).to.equal(0);
    expect(report.checks.slice(12).map(({ name, result }) => `${name} ${result}`)).to.deep.equal([
      'backup-host ok',
      'backup-credential ok',
      'backup-expiry ok',
      'backup-rate-limit ok',
      'backup-organization ok',
      'backup-metadata ok',
      'backup-contents ok',
      'backup-administration ok',
      'backup-visibility ok',
    ]);
    expect(report.credential).to.include({ kind: 'app', source: 'the Secret key' });
    expect(report.backup).to.deep.equal({ kind: 'fine-grained', source: 'the Secret spare', expires: null });
    expect(report.summary['ok']).to.equal(21);
  });

  it('names what it lacks, with exit code 1', async () => {
    const report = await json({ known: classic(['repo']), value: 'ghp_a' });
    expect(report.code).to.equal(1);
    const [line, ...none] = linesOf(report, 'missing');
    expect(line).to.deep.include({ name: 'backup-administration', code: 'PLUS1_SCOPE_MISSING' });
    expect(line?.message).to.equal('the token lacks the scope admin:org');
    expect(none).to.deep.equal([]);
  });

  it('says that GitHub refuses it, in text as well', async () => {
    const { code, stdout } = await check({ value: 'ghp_unknown' });
    expect(code).to.equal(1);
    expect(stdout).to.match(/\n {2}missing {2}backup-credential +PLUS1_TOKEN_REJECTED: .*\n +Fix: /);
    expect(stdout)
      .to.match(/\nNot known: backup-expiry, .*, backup-visibility\.\n/)
      .and.not.include('ghp_unknown');
  });

  it('says that its Secret is not there', async () => {
    const github = { credentials: { secretRef: { name: 'key' }, backupSecretRef: { name: 'nobody-made-it' } } };
    const { args } = stage.app({ spec: { github: { apiURL: stage.github.apiURL, ...github } } });
    const report = await reportOf(plus1([...args, '--format', 'json']));
    expect([report.code, report.backup]).to.deep.equal([1, null]);
    expect(namesOf(report, 'ok')).to.have.length(12);
    expect(linesOf(report, 'missing').map(({ name, code }) => [name, code])).to.deep.equal([
      ['backup-credential', 'PLUS1_SECRET_NOT_FOUND'],
    ]);
    expect(namesOf(report, 'unknown')).to.have.length(8);
  });

  it('warns of its end, which --strict makes 1', async () => {
    const known = fine({ expiresAt: Date.now() + 5 * DAY_MS });
    expect(namesOf(await json({ known }), 'warning')).to.deep.equal(['backup-expiry']);
    expect((await json({ known, args: ['--strict'] })).code).to.equal(1);
  });

  it('is not asked for where a token of the command line takes the place of both', async () => {
    stage.github.world.tokens.add('ghp_own', classic(['repo', 'admin:org']));
    const report = await json({
      known: fine(),
      args: ['--token', 'ghp_own', '--allowed-host', new URL(stage.github.apiURL).host],
    });
    expect([report.checks.length, report.backup]).to.deep.equal([12, null]);
  });
});
