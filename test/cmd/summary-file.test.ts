import { expect } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SummaryFile } from '../../cmd/plus1/summary-file.js';

describe('The summary of a run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plus1-summary-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const written = async (path?: string, env = {}): Promise<number> => {
    let made = 0;
    const summary = new SummaryFile(path, { cwd: folder, env, signal: new AbortController().signal });
    await summary.write(() => `text ${(made += 1)}\n`);
    return made;
  };

  it('is not made where nobody asked for it: it has a line for each repository', async () => {
    expect(await written()).to.equal(0);
  });

  for (const [how, env] of [
    ['replaces the file', {}],
    ['is added to the file of the step', { GITHUB_STEP_SUMMARY: 'summary.md' }],
  ] as const)
    it(`${how}, made once`, async () => {
      const path = join(folder, 'summary.md');
      expect(await written(path, env)).to.equal(1);
      expect(await readFile(path, 'utf8')).to.equal('text 1\n');
    });
});
