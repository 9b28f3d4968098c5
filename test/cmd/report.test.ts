/** `plus1 report` from outside: what it writes, and how it ends. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { reportCommand } from '../../cmd/plus1/report.js';
import { month } from '../report/story.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

after(removeTemporaryFolders);

describe('plus1 report', () => {
  let state: string;
  const nowMs = Date.parse('2026-12-02T09:00:00Z');
  before(async () => {
    state = temporaryFolder();
    await month({ root: join(state, '.journal') });
  });

  const run = (...args: string[]): Promise<Outcome> =>
    runCommand(reportCommand, [...args, '--state', state], { cwd: state, nowMs });
  const object = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  it('prints the last day that is over, as JSON, unless told otherwise', async () => {
    const { code, stdout } = await run('daily', 'platform/acme');
    expect(code).to.equal(0);
    expect(object(stdout)['period']).to.deep.equal({ since: '2026-12-01T00:00:00Z', until: '2026-12-02T00:00:00Z' });
  });

  for (const [kind, flag, value] of [
    ['daily', '--date', '2026-11-16'],
    ['weekly', '--week', '2026-W47'],
  ] as const) {
    for (const [format, start] of [
      ['json', /^\{\n {2}"/],
      ['html', /^<!doctype html>\n/],
      ['csv', /^repository,id,status,/],
    ] as const) {
      it(`prints ${kind} as ${format}, twice the same bytes`, async () => {
        const args = [kind, 'acme', flag, value, '--format', format];
        const [first, second] = [await run(...args), await run(...args)];
        expect([first.code, first.stderr]).to.deep.equal([0, '']);
        expect(first.stdout).to.match(start);
        expect(second.stdout).to.equal(first.stdout);
      });
    }
  }

  it('prints a day as Markdown, and a week not', async () => {
    const { code, stdout } = await run('daily', 'acme', '--date', '2026-11-16', '--format', 'markdown');
    expect([code, stdout.split('\n')[0]]).to.deep.equal([0, '## acme / plus1&#95;enforcement: 2026-11-16']);
    expect((await run('weekly', 'acme', '--format', 'markdown')).code).to.equal(2);
  });

  it('writes a file, or one a policy, or the place in a folder of reports', async () => {
    const folder = temporaryFolder();
    const args = ['daily', '--date', '2026-11-16', '--format', 'html'];
    expect((await run(...args, 'acme', '--output', join(folder, 'one.html'))).code).to.equal(0);
    expect((await run(...args, '--output', join(folder, 'all'))).code).to.equal(0);
    expect(readdirSync(join(folder, 'all'))).to.deep.equal(['platform.acme.2026-11-16.html']);
    expect((await run(...args, '--reports', join(folder, 'kept'))).code).to.equal(0);
    const path = join(folder, 'kept/platform/acme/daily/2026-11-16.html');
    expect(readFileSync(path, 'utf8')).to.equal(readFileSync(join(folder, 'one.html'), 'utf8'));
  });

  for (const [what, args, code, text] of [
    ['a day without any record', ['daily', 'acme', '--date', '2026-11-10'], 1, 'no record of 2026-11-10'],
    [
      'a policy that nobody knows',
      ['daily', 'other', '--date', '2026-11-16'],
      1,
      'there is no journal of a policy "other"',
    ],
    [
      'a place that cannot be written',
      ['daily', 'acme', '--date', '2026-11-16', '--output', '/proc/nothing/x'],
      1,
      'cannot write the report',
    ],
    ['a day that is not over', ['daily', 'acme', '--date', '2026-12-02'], 2, 'is not over yet'],
    ['a day that the calendar does not have', ['daily', 'acme', '--date', '2026-11-31'], 2, 'allowed: a day'],
    ['a week that is not over', ['weekly', 'acme', '--week', '2026-W49'], 2, 'is not over yet'],
    ['a week that the year does not have', ['weekly', 'acme', '--week', '2025-W53'], 2, 'allowed: an ISO week'],
    ['no policy and no folder', ['daily', '--date', '2026-11-16'], 2, 'without a policy --output is required'],
    ['two places at once', ['daily', 'acme', '--output', 'x', '--reports', 'y'], 2, 'exclude each other'],
    ['a sample without a seed', ['sample', 'acme', '--population', 'days'], 2, '--seed'],
    [
      'a sample of half a time',
      ['sample', 'acme', '--population', 'days', '--seed', '1', '--since', '2026-11-01'],
      2,
      'belong together',
    ],
    [
      'a sample of a time that is not over',
      ['sample', 'acme', '--population', 'days', '--seed', '1', '--since', '2026-11-01', '--until', '2027-01-01'],
      2,
      'is not over yet',
    ],
  ] as const) {
    it(`ends with ${code} and a line for ${what}`, async () => {
      const { code: ended, stdout, stderr } = await run(...args);
      expect([ended, stdout]).to.deep.equal([code, '']);
      expect(stderr)
        .to.contain(text)
        .and.match(/^[^\n]+\n$/);
    });
  }

  it('draws the same sample for the same seed, and says how', async () => {
    const args = ['sample', 'acme', '--population', 'repositories', '--month', '2026-11', '--size', '3', '--seed'];
    const [first, second, other] = [await run(...args, '1'), await run(...args, '1'), await run(...args, '2')];
    expect(first.stdout).to.equal(second.stdout);
    expect(first.stdout).to.not.equal(other.stdout);
    expect(object(first.stdout)).to.include({ seed: '1', population_size: 5, sample_size: 3, sampled: 'repositories' });
    const csv = (await run(...args, '1', '--format', 'csv')).stdout.split('\r\n');
    expect(csv).to.have.length(5);
    expect(csv[0]).to.match(/^key,sha256,repository,.*,seed,population_size,method$/);
    expect(existsSync(join(state, '.reports'))).to.equal(false);
  });

  it('certifies a month, twice the same, in the place of an earlier one and of nothing else', async () => {
    const folder = join(temporaryFolder(), 'month');
    const args = ['certification', 'acme', '--month', '2026-11', '--output'];
    expect(await run(...args, folder)).to.deep.include({ code: 0, stdout: '', stderr: '' });
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    expect((await run(...args, folder)).code).to.equal(0);
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).to.equal(manifest);
    const other = await run(...args, state);
    expect([other.code, other.stderr]).to.deep.include(2);
    expect(other.stderr).to.contain('is not empty');
    expect((await run('certification', 'acme', '--month', '2026-11')).code).to.equal(2);
    expect((await run('certification', 'acme', '--month', '2026-12', '--output', folder)).code).to.equal(2);
    const all = join(temporaryFolder(), 'all');
    expect((await run('certification', '--month', '2026-11', '--output', all)).code).to.equal(0);
    expect(readdirSync(all)).to.deep.equal(['platform.acme']);
    expect(readdirSync(join(folder, '..'))).to.deep.equal(['month']);
  });

  it('takes other frameworks, and says what is wrong with one', async () => {
    const [folder, frameworks] = [join(temporaryFolder(), 'month'), temporaryFolder()];
    const args = ['certification', 'acme', '--month', '2026-11', '--output', folder, '--frameworks', frameworks];
    writeFileSync(
      join(frameworks, 'own.yaml'),
      '- {id: X-1, framework: Own, reported_as: "", title: Ours, contributes: [coverage]}\n',
    );
    expect((await run(...args)).code).to.equal(0);
    const { controls } = object(readFileSync(join(folder, 'certification.json'), 'utf8')) as {
      controls: { id: string }[];
    };
    expect(controls.map(({ id }) => id)).to.deep.equal(['X-1']);
    writeFileSync(
      join(frameworks, 'own.yaml'),
      '- {id: X-1, framework: Own, reported_as: "", title: Ours, contributes: [magic]}\n',
    );
    const wrong = await run(...args);
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain('own.yaml: 0.contributes.0');
  });
});
