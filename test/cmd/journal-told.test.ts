/** What `plus1 journal` tells somebody who has a copy of it alone, such as an auditor: which record, of whom, and what is not known. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { journalCommand } from '../../cmd/plus1/journal.js';
import type { MemberAt } from '../../pkg/journal/index.js';
import { CONTEXT, intended, proved, signal, snapshotOf, Stage } from '../journal/stage.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

after(removeTemporaryFolders);

/** A journal that two writers wrote, one after the other. */
async function journalOfTwo(): Promise<string> {
  const root = join(temporaryFolder(), 'journal');
  const stage = new Stage();
  stage.options = { root };
  const first = await stage.writer();
  await first.append([intended([1, 2], [3], [])], CONTEXT, signal);
  await first.append([proved([1, 2, 3])], CONTEXT, signal);
  await first.checkpoint(signal);
  stage.nowMs = Date.parse('2026-12-02T04:00:00Z');
  stage.options = { root, writer: 'plus1-1' };
  const second = await stage.writer({ known: first.head, snapshot: () => snapshotOf([1, 2, 3]) });
  await second.append([intended([1, 2, 3], [4], [])], CONTEXT, signal);
  await second.append([proved([1, 2, 3, 4])], CONTEXT, signal);
  await second.checkpoint(signal);
  return root;
}

describe('plus1 journal over a copy', () => {
  let root: string;
  before(async () => (root = await journalOfTwo()));

  const run = (...args: string[]): Promise<Outcome> => runCommand(journalCommand, args, { cwd: join(root, '..') });

  describe('at', () => {
    it('names the chain of each record where there are several, since each counts from 1', async () => {
      const { stdout } = await run('at', '2026-12-02T05:00:00Z', 'acme', '--journal', root, '-o', 'json');
      const { members } = JSON.parse(stdout) as { members: MemberAt[] };
      const chains = members.map(({ because: { sequence, chain = '' } }) => [
        sequence,
        chain.split('/').at(-1)?.slice(0, 7),
      ]);
      expect(chains).to.deep.equal([
        [1, 'plus1-0'],
        [1, 'plus1-0'],
        [3, 'plus1-0'],
        [3, 'plus1-1'],
      ]);
      const text = (await run('at', '2026-12-02T05:00:00Z', 'acme', '--journal', root)).stdout;
      expect(text).to.match(/^4 +svc-4 .* WriteProved #3 of plus1-1\.[0-9a-f]{8}$/m);
    });

    for (const { time, says } of [
      { time: '2026-12-02T05:00:00Z', says: /^$/ },
      { time: '2026-12-01T05:00:00Z', says: /^The last record before 2026-12-01T05:00:00\.000Z is of 2026-11-28T/ },
      { time: '2027-03-01', says: /^The last record before 2027-03-01T00:00:00\.000Z is of 2026-12-02T04:00:00\.000Z/ },
    ])
      it(`of ${time} says whether records are that young`, async () => {
        const { code, stdout, stderr } = await run('at', time, 'acme', '--journal', root);
        expect([code, stdout.split(' ')[0]]).to.deep.equal([0, 'ID']);
        expect(stderr).to.match(says);
      });
  });

  describe('verify', () => {
    it('of the folder of a certification judges the chains in it', async () => {
      const folder = temporaryFolder();
      cpSync(root, join(folder, 'journal'), { recursive: true });
      for (const name of ['certification.json', 'manifest.json', 'checkpoint'])
        writeFileSync(join(folder, name), '{}\n');
      const { code, stdout } = await runCommand(journalCommand, ['verify', '.'], { cwd: folder });
      expect(code, stdout).to.equal(0);
      expect(stdout.match(/: whole, records 1 to /g)).to.have.length(2);
    });

    it('still judges a chain into which somebody put a file of that name', async () => {
      const folder = temporaryFolder();
      cpSync(root, join(folder, 'journal'), { recursive: true });
      const { stdout } = await runCommand(journalCommand, ['verify', '.', '-o', 'json'], { cwd: folder });
      const { chains } = JSON.parse(stdout) as { chains: { chain: string }[] };
      for (const { chain } of chains) writeFileSync(join(folder, 'journal', chain, 'certification.json'), '{}\n');
      const again = await runCommand(journalCommand, ['verify', '.', '-o', 'json'], { cwd: folder });
      expect(again.stdout).to.equal(stdout);
    });
  });

  describe('of a policy that is not there', () => {
    for (const { named, places, says } of [
      { named: 'other', places: () => [root], says: /: there are platform\/acme\. Fix: .*--journal/ },
      { named: 'acme', places: () => [join(root, 'nowhere')], says: /: no policy has one there\. Fix: .*--journal/ },
      { named: 'acme', places: () => [join(root, '..')], says: /: no policy has one there\. Fix: .*--journal/ },
      { named: 'acme', places: () => [], says: /: no policy has one there\. Fix: .*--state/ },
    ])
      it(`says which there are, and which flag names the place: ${named}, ${says.source}`, async () => {
        const flags = places().flatMap((place) => ['--journal', place]);
        const { code, stderr } = await run('show', named, ...flags, ...(flags.length === 0 ? ['--state', '.'] : []));
        expect(code).to.equal(1);
        expect(stderr).to.match(says);
      });
  });
});
