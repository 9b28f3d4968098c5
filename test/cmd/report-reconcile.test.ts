/** `plus1 report certification --reconcile`: the journal held against GitHub's own history of the ruleset. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { reportCommand } from '../../cmd/plus1/report.js';
import { kept, town } from '../builders.js';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { month } from '../report/story.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

after(removeTemporaryFolders);

const TOKEN = 'ghp_planted0secret0of0the0reconciliation';
const NOW = Date.parse('2026-12-02T09:00:00Z');

describe('plus1 report certification --reconcile', () => {
  let state: string;
  let github: GitHubSimulator;
  let nowMs = NOW;
  beforeEach(async () => {
    nowMs = NOW;
    github = await startGitHub({ organizations: [town({ members: 2 })], clock: () => nowMs });
    state = temporaryFolder();
    await month({ root: join(state, '.journal') }, { apiHost: new URL(github.apiURL).host });
  });
  afterEach(() => github.close());

  interface Run extends Outcome {
    /** All that was written, as one text. */
    written: string;
    reconciliation: { versions: number; without_record: { actor: string | null; time: string }[] } | undefined;
  }

  async function run(env: Record<string, string>, ...more: string[]): Promise<Run> {
    const output = join(temporaryFolder(), 'folder');
    const args = ['certification', 'acme', '--month', '2026-11', '--reconcile', '--output', output, '--state', state];
    const ended = await runCommand(reportCommand, [...args, ...more], { cwd: state, nowMs: NOW, env });
    if (ended.code !== 0) return { ...ended, written: '', reconciliation: undefined };
    const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const written = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
    const { risk_assessment: risks } = JSON.parse(readFileSync(join(output, 'certification.json'), 'utf8')) as {
      risk_assessment: { reconciliation: Run['reconciliation'] };
    };
    return { ...ended, written, reconciliation: risks.reconciliation };
  }
  const here = (): Record<string, string> => ({ GITHUB_TOKEN: TOKEN, GITHUB_API_URL: github.apiURL });

  it('lists versions that no record tells of, with who saved them', async () => {
    nowMs = Date.parse('2026-11-30T23:59:00Z');
    kept(github.world.get('acme')).edit({ enforcement: 'evaluate' });
    const { code, reconciliation } = await run(here());
    expect(code).to.equal(0);
    expect(reconciliation?.without_record.map(({ time }) => time)).to.include('2026-11-30T23:59:00.000Z');
    expect(reconciliation?.without_record.at(0)?.actor).to.match(/^(User|Integration) \d+$/);
  });

  it('sends nothing but reads, and the token stands in no file and on no line', async () => {
    const { code, stdout, stderr, written } = await run({ GITHUB_API_URL: github.apiURL }, '--token', TOKEN);
    expect(code).to.equal(0);
    expect(github.counts().writes).to.equal(0);
    expect(github.requests.every(({ headers }) => String(headers.authorization).includes(TOKEN))).to.equal(true);
    expect(stdout + stderr + written).to.not.include('planted0secret');
  });

  it('wants a token, and says which', async () => {
    const { code, stderr } = await run({ GITHUB_API_URL: github.apiURL });
    expect(code).to.equal(2);
    expect(stderr).to.include('--reconcile: no token');
  });

  it('sends a token to no other host than that of the journal', async () => {
    const { code, stderr } = await run({ GITHUB_TOKEN: TOKEN });
    expect(code).to.equal(2);
    expect(stderr).to.match(/--reconcile: the journal is of 127\.0\.0\.1:\d+, and the token is for api\.github\.com/);
    expect(github.requests).to.deep.equal([]);
  });

  it('writes nothing where the history cannot be had whole, and says why without the token', async () => {
    github.world.get('acme').plan = 'free';
    const { code, stderr } = await run(here());
    expect(code).to.equal(1);
    expect(stderr).to.match(/cannot read the rulesets of acme: GitHub answered 403/);
    expect(stderr).to.not.include('planted0secret');
  });
});
