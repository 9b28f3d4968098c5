/**
 * Journals are verified by code that shares nothing with pkg/journal: a Go program on signed notes and trees of golang.org/x/mod,
 * and a shell script on jq, sha256sum and openssl. Both must call whole what is whole. What our own verify finds, the Go program
 * finds too; what only our own can see is named.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { generateKey } from '../../pkg/journal/proof/key.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { memoryFiles } from '../journal/memory-files.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf, Stage, writeContents } from '../journal/stage.js';
import { SAMPLE_NAME, sampleOf, SEED } from '../sample.js';
import { Unproved } from '../journal/unproved-scenes.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { changesOf, type Change, type Contents } from './changes.js';
import { findVerifier } from './find-verifier.js';

after(removeTemporaryFolders);

const SCRIPT = fileURLToPath(new URL('journal/verify.sh', import.meta.url));
const VERIFIER = findVerifier();

interface Answer {
  whole: boolean;
  faults: string[];
}

/**
 * A chain of two segments, of which one is compressed, with an attachment, text that is not ASCII, a change of keys, and kept checkpoints of a
 * day, of an end, of a beginning, and of the change of keys.
 */
async function journal(stage = new Stage()): Promise<{ stage: Stage; folder: string; kept: string }> {
  const first = await stage.writer({
    snapshot: () => ({ ...snapshotOf([1, 2]), spec: { long: 'y'.repeat(31_000) } }),
  });
  await first.append([intended([1, 2], [3], [1]), proved([2, 3])], CONTEXT, signal);
  const kept = (await first.checkpoint(signal)) ?? '';
  stage.nowMs = Date.parse('2026-12-01T00:00:00Z');
  await first.append([event('<&> \u00fc \u2028 \u{1f525}'), event('middle')], CONTEXT, signal);
  await first.checkpoint(signal);
  stage.keys = [generateKey(), ...stage.keys];
  const second = await stage.writer({ known: first.head });
  await second.checkpoint(signal);
  await second.append([event('end')], CONTEXT, signal);
  await second.checkpoint(signal);
  return { stage, folder: stage.folder(first.chain), kept };
}

/** By the folder of the chain: below the root its folders would be looked for on the disk, for each of thousands of changes. */
async function isWhole(root: string, contents: Contents): Promise<boolean> {
  const files = memoryFiles(new Map([...contents].map(([path, bytes]) => [`${root}/${path}`, bytes])));
  const chain = dirname([...contents.keys()].find((path) => path.endsWith('.jsonl')) ?? '');
  const { whole } = await verify({ folders: [join(root, chain)], files, keys: [], checkpoints: [], heads: [] });
  return whole;
}

/** One process for all of them. */
async function askInGo(program: string, root: string, changes: readonly Change[]): Promise<Answer[]> {
  const child = spawn(program, ['-batch', root], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers: Answer[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => answers.push(JSON.parse(line) as Answer));
  for (const { made } of changes) {
    const files = Object.entries(made()).map(([path, bytes]) => [path, bytes?.toString('base64') ?? null]);
    if (!child.stdin.write(`${JSON.stringify({ files: Object.fromEntries(files) as unknown })}\n`))
      await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number];
  expect(code).to.equal(0);
  return answers;
}

const script = (folder: string, env: NodeJS.ProcessEnv = {}): { code: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(SCRIPT, [folder], { encoding: 'utf8', env: { ...process.env, ...env } });
  return { code: status, output: stdout + stderr };
};

describe('A journal, verified from outside', function () {
  this.timeout(600_000);

  describe('by a Go program', () => {
    let program: string;
    let stage: Stage;
    let kept: string;
    before(async function () {
      if (VERIFIER === undefined) return this.skip();
      program = VERIFIER;
      ({ stage, kept } = await journal());
    });
    const run = (...args: string[]): { code: number | null; output: string } => {
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      return { code: status, output: stdout + stderr };
    };

    it('is whole, by its root, by the folder of its policy, and by its own', () => {
      for (const below of ['', 'platform', 'platform/acme.3f9a1c07/plus1-0.0badcafe'])
        expect(run(join(stage.root, below))).to.deep.equal({
          code: 0,
          output:
            'platform/acme.3f9a1c07/plus1-0.0badcafe: records 1 to 8, checkpoint of 8, head ' + `${headOf(stage)}\n`,
        });
    });

    it('shows a past that was rewritten with the key itself, against a checkpoint that was kept', async () => {
      const forger = new Stage();
      forger.keys = stage.keys.slice(1);
      forger.nowMs -= 1_000;
      const other = await journal(forger);
      const file = join(temporaryFolder(), 'kept');
      writeFileSync(file, kept);
      expect(run('-checkpoint', file, stage.root).code).to.equal(0);
      expect(run(other.stage.root).code).to.equal(0);
      const { code, output } = run('-checkpoint', file, other.stage.root);
      expect(code).to.equal(1);
      expect(output).to.include('a checkpoint that was kept: it signs other records');
    });

    it('is whole after its first segment was removed, and a change in what is left is found', async () => {
      const old = new Stage();
      const writer = await old.writer();
      for (const month of ['12', '11', '10'].reverse()) {
        old.nowMs = Date.parse(`2026-${month}-28T05:00:00Z`);
        await writer.append([event(month)], CONTEXT, signal);
        await writer.checkpoint(signal);
      }
      old.nowMs = Date.parse('2027-01-28T05:00:00Z');
      await writer.append([event('last')], CONTEXT, signal);
      await writer.removeExpired(40 * 86_400_000, CONTEXT, signal);
      await writer.checkpoint(signal);
      expect(run(old.root), 'whole').to.include({ code: 0 });
      const contents = old.contents();
      expect([...contents.keys()].some((path) => path.includes('00000001'))).to.equal(false);
      const changes = sampleOf(changesOf(contents, SEED), 150, 'removed');
      await expectAgreement(program, { root: old.root, contents, changes });
    });

    it(`shows every changed, missing, repeated, moved and cut byte and line that our own verify finds (${SAMPLE_NAME})`, async () => {
      const contents = stage.contents();
      const changes = sampleOf(changesOf(contents, SEED), 600, 'outside');
      await expectAgreement(program, { root: stage.root, contents, changes });
    });

    it('says what nothing proves: checkpoints that are gone, removals without a record, records behind the newest checkpoint', async () => {
      const whole = await Unproved.open();
      const key = ['-key', whole.vkey];
      expect(run(...key, whole.root)).to.include({ code: 0 });
      await whole.append('more');
      const { code, output } = run(...key, whole.root);
      expect([code, /records \d+ to \d+ stand behind the newest checkpoint/.test(output)]).to.deep.equal([0, true]);
      whole.loseCheckpoints();
      expect(run(whole.root), 'without a key').to.include({ code: 0 });
      expect(run(...key, whole.root).output).to.match(
        /fault: .*checkpoint: it is missing, though more than one pass left records/,
      );
      const killed = await Unproved.killedInItsFirstPass();
      expect(run('-key', killed.vkey, killed.root), 'killed in its first pass').to.include({ code: 0 });
      const hidden = await Unproved.open();
      hidden.hideFirstSegment();
      expect(run(hidden.root).output).to.match(
        /fault: .*00000001\.jsonl: it is listed as removed, and no record tells of that/,
      );
      const other = await Unproved.open();
      expect(run('-key', other.vkey, whole.root).code).to.equal(1);
      await other.expire();
      expect(run('-key', other.vkey, other.root)).to.include({ code: 0 });
    });

    it('shows each kept checkpoint that is missing, repeated or moved as a whole', async () => {
      const contents = stage.contents();
      const changes = changesOf(contents, SEED).filter(({ title }) => /checkpoints: .*checkpoint \d/.test(title));
      expect(changes.length).to.be.greaterThan(15);
      await expectAgreement(program, { root: stage.root, contents, changes });
    });
  });

  describe('by a shell script with jq, sha256sum and openssl', () => {
    it('is whole, whichever of its files are compressed', async () => {
      const { folder, stage } = await journal();
      const { code, output } = script(folder);
      expect([code, output]).to.deep.equal([
        0,
        'whole: platform/acme.3f9a1c07/plus1-0.0badcafe, records 1 to 8, checkpoint of 8, head ' + `${headOf(stage)}\n`,
      ]);
    });

    it('is not whole for another key than the one that signed it', async () => {
      const { folder } = await journal();
      const other = await journal(Object.assign(new Stage(), { keys: [generateKey()] }));
      const manifest = other.stage.contents().get('platform/acme.3f9a1c07/plus1-0.0badcafe/manifest.json');
      const { keys } = JSON.parse(manifest?.toString() ?? '') as { keys: string[] };
      expect(script(folder, { KEY: keys.at(-1) })).to.include({ code: 1 });
    });

    it('is whole where the newest checkpoint stands among those that are kept already, as a crash leaves it', async () => {
      const { folder, stage } = await journal();
      const own = (file: string): string =>
        stage.contents().get(`platform/acme.3f9a1c07/plus1-0.0badcafe/${file}`)?.toString() ?? '';
      writeFileSync(join(folder, 'checkpoints'), `${own('checkpoints')}\n${own('checkpoint')}`);
      expect(script(folder)).to.include({ code: 0 });
      expect(await isWhole(stage.root, stage.contents())).to.equal(true);
      writeFileSync(join(folder, 'checkpoints'), own('checkpoint'));
      expect(script(folder)).to.include({ code: 1 });
    });

    const faults: { title: string; file: string; change: (text: string) => string; says: RegExp }[] = [
      {
        title: 'a changed word',
        file: '00000002.jsonl',
        change: (text) => text.replace('middle', 'MIDDLE'),
        says: /record 7 does not follow/,
      },
      {
        title: 'a line that is missing',
        file: '00000002.jsonl',
        change: (text) => text.replace(/^.*"middle".*\n/m, ''),
        says: /record 6 does not follow/,
      },
      {
        title: 'a changed last line',
        file: '00000002.jsonl',
        change: (text) => text.replace('"end"', '"END"'),
        says: /signs other records/,
      },
      {
        title: 'a cut end',
        file: '00000002.jsonl',
        change: (text) => text.replace(/^.*"end".*\n/m, ''),
        says: /signs 8 records, and there are 7/,
      },
      {
        title: 'a changed root',
        file: 'checkpoint',
        change: (text) => text.replace(/^[A-Za-z0-9+/]{4}(?=.{39}=$)/m, 'AAAA'),
        says: /signs other records/,
      },
      {
        title: 'a kept checkpoint that is missing',
        file: 'checkpoints',
        change: (text) => text.slice(text.indexOf('\n\nplus1.dev/') + 2),
        says: /bytes of checkpoints are not those that the checkpoint names/,
      },
      {
        title: 'a kept checkpoint that is there twice',
        file: 'checkpoints',
        change: (text) => `${text}\n${text.slice(text.lastIndexOf('\n\nplus1.dev/') + 2)}`,
        says: /checkpoints has more than the checkpoint names/,
      },
      {
        title: 'a changed signature',
        file: 'checkpoint',
        change: (text) => text.replace(/(?<=^— \S+ \S{40})./m, (digit) => (digit === 'A' ? 'B' : 'A')),
        says: /signature of the checkpoint is wrong/,
      },
    ];
    for (const { title, file, change, says } of faults)
      it(`is not whole with ${title}`, async () => {
        const { stage, folder } = await journal();
        const path = `platform/acme.3f9a1c07/plus1-0.0badcafe/${file}`;
        const before = stage.contents().get(path)?.toString() ?? '';
        expect(change(before)).not.to.equal(before);
        writeContents(stage.root, new Map([[path, Buffer.from(change(before))]]));
        const { code, output } = script(folder);
        expect(code).to.equal(1);
        expect(output)
          .to.match(/^fault: /)
          .and.to.match(says);
      });
  });
});

/** Where one of both calls it whole and the other does not, it is named. */
async function expectAgreement(
  program: string,
  { root, contents, changes }: { root: string; contents: Contents; changes: readonly Change[] },
): Promise<void> {
  const answers = await askInGo(program, root, changes);
  expect(answers).to.have.length(changes.length);
  const differ: string[] = [];
  let found = 0;
  for (const [at, { title, made }] of changes.entries()) {
    const changed = new Map(contents);
    for (const [path, bytes] of Object.entries(made())) {
      if (bytes === null) changed.delete(path);
      else changed.set(path, bytes);
    }
    const own = await isWhole(root, changed);
    const outside = answers[at]?.whole;
    if (!own) found += 1;
    if (own !== outside) differ.push(`${title}: ours ${own}, outside ${outside}`);
  }
  expect(differ).to.deep.equal([]);
  expect(found).to.be.greaterThan(changes.length * 0.9);
}

function headOf(stage: Stage): string {
  const path = [...stage.contents().keys()].find((each) => each.endsWith('checkpoint'))?.replace(/checkpoint$/, '');
  const { stdout } = spawnSync('sh', ['-c', `tail -n 1 00000002.jsonl | tr -d '\\n' | sha256sum`], {
    cwd: join(stage.root, path ?? ''),
    encoding: 'utf8',
  });
  return `sha256:${stdout.slice(0, 64)}`;
}
