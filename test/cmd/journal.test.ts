/** `plus1 journal` from outside: what it prints, and how it ends. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { journalCommand } from '../../cmd/plus1/journal.js';
import type { ChainVerdict, JournalRecord, MemberAt } from '../../pkg/journal/index.js';
import { CONTEXT, event, intended, proved, signal, snapshotOf, Stage } from '../journal/stage.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';

after(removeTemporaryFolders);

/** What the commands print as JSON, together. */
interface Printed {
  chains: [ChainVerdict];
  items: JournalRecord[];
  members: MemberAt[];
}

/** A state folder with a journal of three days and two segments. */
async function journal(): Promise<{
  stage: Stage;
  state: string;
  chain: string;
}> {
  const stage = new Stage();
  const state = temporaryFolder();
  stage.options = { root: join(state, '.journal') };
  const writer = await stage.writer();
  const day = async (time: string, entries: Parameters<typeof writer.append>[0]): Promise<void> => {
    stage.nowMs = Date.parse(time);
    await writer.append(entries, CONTEXT, signal);
    await writer.checkpoint(signal);
  };
  await day('2026-11-29T04:00:00Z', [intended([1, 2], [3], [])]);
  await day('2026-11-29T04:00:01Z', [proved([1, 2, 3])]);
  await day('2026-11-30T04:00:00Z', [
    {
      kind: 'DriftSeen',
      data: { added: [], removed: [{ id: 1, name: 'svc-1' }] },
    },
  ]);
  await day('2026-12-02T04:00:00Z', [event('a\u001b[2Jb'), intended([2, 3], [], [3]), proved([2])]);
  return { stage, state, chain: writer.chain };
}

describe('plus1 journal', () => {
  let state: string;
  let chain: string;
  before(async () => ({ state, chain } = await journal()));

  const run = (...args: string[]): Promise<Outcome> => runCommand(journalCommand, args, { cwd: state });
  const json = async (...args: string[]): Promise<Printed> => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr]).to.deep.equal([0, '']);
    return JSON.parse(stdout) as Printed;
  };

  describe('verify', () => {
    it('says of each chain that it is whole, and ends with 0; by its root, its policy and its own folder', async () => {
      for (const folder of ['.journal', '.journal/platform', `.journal/platform/acme.3f9a1c07`, `.journal/${chain}`]) {
        const verdict = await json('verify', folder, '-o', 'json');
        expect(verdict).to.have.keys('whole', 'chains');
        expect(verdict.chains[0]).to.have.keys(
          'chain',
          'first',
          'last',
          'head',
          'root',
          'key',
          'keySource',
          'after',
          'faults',
          'notes',
        );
        expect(verdict.chains[0]).to.deep.include({
          chain,
          first: 1,
          last: 8,
          keySource: 'journal',
          faults: [],
        });
      }
      const { code, stdout } = await run('verify', '.journal');
      expect(code).to.equal(0);
      expect(stdout).to.match(/^platform\/acme\.3f9a1c07\/plus1-0\.0badcafe: whole, records 1 to 8\n/);
      expect(stdout).to.include('note: key taken from the journal itself');
    });

    it('names file, line and what is wrong of a changed byte, and ends with 1', async () => {
      const copy = await journal();
      const file = join(copy.state, '.journal', copy.chain, '00000002.jsonl');
      writeFileSync(file, readFileSync(file, 'utf8').replace('DataAnomaly', 'DataAnomalx'));
      const { code, stdout } = await runCommand(journalCommand, ['verify', '.journal'], { cwd: copy.state });
      expect(code).to.equal(1);
      expect(stdout).to.match(/NOT whole, 1 fault,.*\n {2}00000002\.jsonl:2: line-changed: .* \(record 6\)\n/);
    });

    it('goes by the status beside the journal, by a key and by a checkpoint that were kept', async () => {
      const checkpoint = join(state, '.journal', chain, 'checkpoint');
      const { chains } = await json('verify', '.journal', '-o', 'json');
      const given = await json(
        'verify',
        '.journal',
        '--key',
        chains[0].key ?? '',
        '--checkpoint',
        checkpoint,
        '-o',
        'json',
      );
      expect(given.chains[0]).to.deep.include({
        keySource: 'given',
        notes: [],
      });
      mkdirSync(join(state, 'platform'));
      const status = {
        journal: { chain, sequence: 9, headHash: chains[0].head },
      };
      writeFileSync(join(state, 'platform', 'acme.json'), JSON.stringify({ metadata: {}, spec: {}, status }));
      const { code, stdout } = await run('verify', '.journal', '-o', 'json');
      expect([code, JSON.parse(stdout).chains[0].faults[0].code]).to.deep.equal([1, 'tail-cut']);
      const right = {
        journal: { chain, sequence: 8, headHash: chains[0].head },
      };
      writeFileSync(join(state, 'platform', 'acme.json'), JSON.stringify({ metadata: {}, spec: {}, status: right }));
      expect((await run('verify', '.journal')).code).to.equal(0);
    });

    const wrong: { reason: string; args: string[] }[] = [
      { reason: 'no folder', args: [] },
      { reason: 'a folder that is not there', args: ['nowhere'] },
      { reason: 'a folder without a journal', args: ['.'] },
      { reason: 'a key that is none', args: ['.journal', '--key', 'x'] },
      {
        reason: 'a checkpoint that is none',
        args: ['.journal', '--checkpoint', 'none'],
      },
      { reason: 'a format that is none', args: ['.journal', '-o', 'yaml'] },
    ];
    for (const { reason, args } of wrong)
      it(`takes ${reason} for wrong usage`, async () => {
        const empty = temporaryFolder();
        writeFileSync(join(empty, 'none'), 'x\n');
        mkdirSync(join(empty, '.journal'));
        const { code, stderr, stdout } = await runCommand(journalCommand, ['verify', ...args], { cwd: empty });
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(/^PLUS1_[A-Z_]+: .*\n$/);
      });
  });

  describe('show', () => {
    const kinds = async (...args: string[]): Promise<string[]> =>
      (await json('show', 'acme', '--state', '.', '-o', 'json', ...args)).items.map((each) => each.kind);

    it('prints the records in order, a line each, with nothing that a terminal would act on', async () => {
      const { code, stdout } = await run('show', 'platform/acme', '--journal', '.journal');
      expect(code).to.equal(0);
      expect(stdout.split('\n')).to.have.length(9);
      expect(stdout).to.include('2026-11-29T04:00:00.000Z  #2  WriteIntended  2 to 3 members; enter: svc-3\n');
      expect(stdout).to.include('DriftSeen  removed: svc-1\n').and.not.include('\u001b');
    });

    it('takes those of a time, a kind or a repository, and the newest of them', async () => {
      expect(await kinds('--since', '2026-12-02')).to.deep.equal([
        'SegmentStarted',
        'SecurityEvent',
        'WriteIntended',
        'WriteProved',
      ]);
      expect(await kinds('--until', '2026-11-29T05:00:00+01:00')).to.deep.equal(['ChainStarted']);
      expect(await kinds('--kind', 'DriftSeen', '--kind', 'SecurityEvent')).to.deep.equal([
        'DriftSeen',
        'SecurityEvent',
      ]);
      expect(await kinds('--repository', 'svc-3')).to.deep.equal(['WriteIntended', 'WriteIntended']);
      expect(await kinds('--repository', '1')).to.deep.equal(['DriftSeen']);
      expect(await kinds('--limit', '1')).to.deep.equal(['WriteProved']);
    });

    it('ends with 1 where there is no such policy, and with 2 for a word or a time that is none', async () => {
      expect((await run('show', 'other', '--state', '.')).code).to.equal(1);
      for (const args of [
        ['--kind', 'Nothing'],
        ['--since', 'yesterday'],
        ['--since', '2026-11-31T'],
        ['--limit', '0'],
      ])
        expect((await run('show', 'acme', '--state', '.', ...args)).code, args.join(' ')).to.equal(2);
    });
  });

  describe('at', () => {
    const at = (time: string): Promise<Printed> => json('at', time, 'acme', '--state', '.', '-o', 'json');

    it('says who was a member then, since when and by which record', async () => {
      expect(await at('2026-11-29T12:00:00Z')).to.deep.equal({
        time: '2026-11-29T12:00:00.000Z',
        members: [
          {
            id: 1,
            name: 'svc-1',
            since: '2026-11-28T04:00:00.000Z',
            because: { kind: 'ChainStarted', sequence: 1 },
          },
          {
            id: 2,
            name: 'svc-2',
            since: '2026-11-28T04:00:00.000Z',
            because: { kind: 'ChainStarted', sequence: 1 },
          },
          {
            id: 3,
            name: 'svc-3',
            since: '2026-11-29T04:00:01.000Z',
            because: { kind: 'WriteProved', sequence: 3 },
          },
        ],
      });
    });

    it('follows drift and writes, and takes a write that is not proved yet for none', async () => {
      const ids = async (time: string): Promise<number[]> => (await at(time)).members.map(({ id }) => id);
      expect(await ids('2026-11-29T04:00:00Z')).to.deep.equal([1, 2]);
      expect(await ids('2026-11-30T04:00:00Z')).to.deep.equal([2, 3]);
      expect(await ids('2027-01-01')).to.deep.equal([2]);
    });

    it('ends with 2 for a time before the first record, and names the earliest', async () => {
      const { code, stderr, stdout } = await run('at', '2026-11-28T03:59:59Z', 'acme', '--state', '.');
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.include('2026-11-28T04:00:00.000Z');
    });

    it('prints a table', async () => {
      expect((await run('at', '2027-01-01', 'acme', '--state', '.')).stdout).to.match(
        /^ID +NAME +SINCE +BECAUSE\n2 +svc-2 +2026-11-28T04:00:00\.000Z +ChainStarted #1\n$/,
      );
    });
  });

  describe('export', () => {
    const spans: {
      title: string;
      args: string[];
      first: number;
      last: number;
    }[] = [
      { title: 'all of it', args: [], first: 1, last: 8 },
      {
        title: 'the first segment',
        args: ['--until', '2026-12-01'],
        first: 1,
        last: 4,
      },
      {
        title: 'the last segment',
        args: ['--since', '2026-12-01'],
        first: 5,
        last: 8,
      },
    ];
    for (const { title, args, first, last } of spans)
      it(`copies ${title}, so that it can be verified`, async () => {
        const output = join(temporaryFolder(), 'a', 'b');
        const { code, stdout } = await run('export', 'acme', '--state', '.', '--output', output, ...args);
        expect([code, stdout]).to.deep.equal([0, `${chain}: records ${first} to ${last}\n`]);
        const verdict = await json('verify', output, '-o', 'json');
        expect(verdict.chains[0]).to.deep.include({
          chain,
          first,
          last,
          faults: [],
        });
        expect(verdict.chains[0].notes).to.deep.equal([
          'key taken from the journal itself',
          ...(first === 1
            ? []
            : [`records 1 to ${first - 1} are not here, as in an export: no record says that they were removed`]),
        ]);
        expect((await json('show', 'acme', '--journal', output, '-o', 'json')).items[0]?.seq).to.equal(first);
      });

    it('copies attachments too, and a change in what was copied is found', async () => {
      const stage = new Stage();
      const writer = await stage.writer({
        snapshot: () => ({ ...snapshotOf([1]), spec: 'y'.repeat(40_000) }),
      });
      await writer.checkpoint(signal);
      const output = temporaryFolder();
      expect((await run('export', 'acme', '--journal', stage.root, '--output', output)).code).to.equal(0);
      expect((await run('verify', output)).code).to.equal(0);
      const manifest = join(output, writer.chain, 'manifest.json');
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"last":1', '"last":2'));
      expect((await run('verify', output)).code).to.equal(1);
    });

    it('refuses a folder that is not empty, and a time without records', async () => {
      const output = temporaryFolder();
      writeFileSync(join(output, 'x'), '');
      expect((await run('export', 'acme', '--state', '.', '--output', output)).code).to.equal(2);
      expect(
        (await run('export', 'acme', '--state', '.', '--output', join(output, 'y'), '--since', '2030-01-01')).code,
      ).to.equal(1);
      expect((await run('export', 'acme', '--state', '.')).code).to.equal(2);
    });
  });

  describe('accept-loss', () => {
    const REASON = 'the disk was broken, no copy is left';
    const folder = (): string => join(state, '.journal/platform/acme.3f9a1c07');
    const request = (): string => join(folder(), 'accept-loss.json');
    afterEach(() => rmSync(request(), { force: true }));

    it('leaves a request beside the chains, for the owner alone, and says so', async () => {
      for (const policy of ['acme', 'platform/acme', 'acme.3f9a1c07']) {
        const { code, stdout, stderr } = await run('accept-loss', policy, '--reason', ` ${REASON} `, '--state', '.');
        expect([code, stderr]).to.deep.equal([0, '']);
        expect(stdout).to.equal('platform/acme.3f9a1c07: the next pass closes the chain and starts a new one\n');
        expect(statSync(request()).mode & 0o777).to.equal(0o600);
        const left = JSON.parse(readFileSync(request(), 'utf8')) as Record<string, unknown>;
        expect(left).to.have.all.keys('v', 'reason', 'time').and.include({ v: 1, reason: REASON });
        expect(left['time']).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
        rmSync(request());
      }
      expect((await run('accept-loss', 'acme', '--reason', REASON, '--journal', '.journal')).code).to.equal(0);
      expect(readdirSync(folder()).filter((name) => name.includes('tmp'))).to.deep.equal([]);
    });

    it('leaves the chain whole: a request is no part of it', async () => {
      expect((await run('accept-loss', 'acme', '--reason', REASON, '--state', '.')).code).to.equal(0);
      expect((await run('verify', '.journal')).code).to.equal(0);
    });

    for (const [title, reason] of [
      ['too short', 'a whim.'],
      ['blank', ' '.repeat(20)],
      ['too long', 'x'.repeat(1_025)],
    ] as const)
      it(`ends with 2 where the reason is ${title}, and leaves nothing`, async () => {
        const { code, stdout, stderr } = await run('accept-loss', 'acme', '--reason', reason, '--state', '.');
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(/^PLUS1_USAGE: --reason: found \d+ characters, allowed: 8 to 1024.*\n$/);
        expect(existsSync(request())).to.equal(false);
      });

    it('counts characters, not the units of UTF-16', async () => {
      for (const [reason, code] of [
        ['\u{1f525}'.repeat(7), 2],
        ['\u{1f525}'.repeat(8), 0],
        ['\u{1f525}'.repeat(1_024), 0],
      ] as const)
        expect((await run('accept-loss', 'acme', '--reason', reason, '--state', '.')).code, reason).to.equal(code);
    });

    it('ends with 2 without a reason, and with 1 and one line where there is no such policy', async () => {
      expect((await run('accept-loss', 'acme', '--state', '.')).code).to.equal(2);
      for (const policy of ['other', 'default/acme', '../acme']) {
        const { code, stdout, stderr } = await run('accept-loss', policy, '--reason', REASON, '--state', '.');
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.match(/^[^\n]*there is no journal of a policy[^\n]*\n$/);
      }
    });

    it('asks which one is meant where two policies have had the name', async () => {
      const other = join(state, '.journal/platform/acme.77777777');
      mkdirSync(other);
      try {
        const { code, stderr } = await run('accept-loss', 'acme', '--reason', REASON, '--state', '.');
        expect(code).to.equal(2);
        expect(stderr).to.include('acme.3f9a1c07, acme.77777777');
        expect((await run('accept-loss', 'acme.77777777', '--reason', REASON, '--state', '.')).code).to.equal(0);
        expect(existsSync(request())).to.equal(false);
      } finally {
        rmSync(other, { recursive: true });
      }
    });
  });

  it('ends with 2 for a command that is not there', async () => {
    expect((await run('forget')).code).to.equal(2);
    expect((await run()).code).to.equal(2);
  });
});
