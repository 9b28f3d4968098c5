/** Reports that are written by themselves, beside the passes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLog } from '../../pkg/base/index.js';
import { parseFramework, ReportKeeper, type KeptReport, type ReportKeeperOptions } from '../../pkg/report/index.js';
import { VirtualClock } from '../fakes/clock.js';
import type { Stage } from '../journal/stage.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { DAY, month } from './story.js';

after(removeTemporaryFolders);

const CHAIN = 'platform/acme.3f9a1c07/plus1-0.0badcafe';
const FRAMEWORKS = parseFramework(readFileSync('pkg/report/frameworks/soc2.yaml', 'utf8'), 'soc2');

describe('reports that a controller keeps', () => {
  let stage: Stage;
  before(async () => (stage = await month()));

  interface Kept {
    root: string;
    names: (kind: string) => string[];
    /** A pass writes records at that time. */
    pass: (time: string) => Promise<void>;
    /** What people are told. */
    told: KeptReport[];
  }

  function options(clock: VirtualClock, root: string): ReportKeeperOptions {
    return {
      ...{ root, journal: stage.root, retentionMs: 30 * DAY, journalRetentionMs: 400 * DAY, clock, log: silentLog },
      ...{ frameworks: async () => FRAMEWORKS, shortage: async () => undefined },
    };
  }

  function keeper(shortage: () => string | undefined = () => undefined): Kept {
    const root = join(temporaryFolder(), 'reports');
    const clock = new VirtualClock();
    const own = new ReportKeeper({ ...options(clock, root), shortage: async () => shortage() });
    const place = join(root, 'platform', 'acme');
    const told: KeptReport[] = [];
    return {
      ...{ root, told },
      names: (kind) => (existsSync(join(place, kind)) ? readdirSync(join(place, kind)).sort() : []),
      pass: async (time) => {
        clock.shiftWallClock(Date.parse(time) - clock.now());
        own.wrote({ chain: CHAIN });
        await own.keep(new AbortController().signal, async (report) => void told.push(report));
      },
    };
  }

  it('are written on the first pass after each time is over, as JSON and as a page; a month as a folder', async () => {
    const kept = keeper();
    await kept.pass('2026-12-01T04:10:00Z');
    expect(kept.names('daily').slice(-2)).to.deep.equal(['2026-11-30.html', '2026-11-30.json']);
    expect(kept.names('daily')).to.have.length(14);
    expect(kept.names('weekly')).to.deep.equal(['2026-W47.html', '2026-W47.json', '2026-W48.html', '2026-W48.json']);
    expect(kept.names('certification')).to.deep.equal(['2026-11']);
    expect(kept.names('certification/2026-11')).to.include('VERIFY.md');
    const report = JSON.parse(readFileSync(join(kept.root, 'platform/acme/daily/2026-11-30.json'), 'utf8')) as object;
    expect(report).to.have.property('compliance_status').that.is.not.equal(null);
  });

  it('are told in a sentence while they are new, each once', async () => {
    const kept = keeper();
    await kept.pass('2026-11-30T04:10:00Z');
    await kept.pass('2026-11-30T05:10:00Z');
    const same = { policy: { namespace: 'platform', name: 'acme' }, time: '2026-11-30T04:10:00.000Z' };
    expect(kept.told.map(({ summary: _summary, ...rest }) => rest)).to.deep.equal([
      { ...same, kind: 'daily' },
      { ...same, kind: 'weekly' },
    ]);
    const [day = '', week = ''] = kept.told.map(({ summary }) => summary);
    expect(day).to.match(
      /^2026-11-29: \d+ of \d+ production repositories are governed, \w+ ungoverned in all; \d+ entered, \d+ left/,
    );
    expect(week).to.match(/^2026-W48: /);
  });

  it('are no news half a day later: another replica told them then', async () => {
    const kept = keeper();
    await kept.pass('2026-11-30T13:00:00Z');
    expect(kept.names('daily')).to.include('2026-11-29.html');
    expect(kept.told).to.deep.equal([]);
  });

  it('are removed when their retention is over, and nothing else is', async () => {
    const kept = keeper();
    const place = join(kept.root, 'platform/acme');
    mkdirSync(join(place, 'daily'), { recursive: true });
    mkdirSync(join(place, 'certification/2025-09'), { recursive: true });
    mkdirSync(join(place, 'certification/2026-10'), { recursive: true });
    for (const name of ['2026-10-30.json', '2026-11-02.json', 'notes.txt'])
      writeFileSync(join(place, 'daily', name), '');
    await kept.pass('2026-12-01T04:10:00Z');
    expect(kept.names('daily')).to.include.members(['2026-11-02.json', 'notes.txt']).and.not.include('2026-10-30.json');
    expect(kept.names('certification')).to.deep.equal(['2026-10', '2026-11']);
  });

  it('give way to journal and state on a full volume, and are written by a later pass', async () => {
    let isFull = true;
    const kept = keeper(() => (isFull ? 'the volume is full' : undefined));
    await kept.pass('2026-12-01T04:10:00Z');
    expect(kept.names('daily')).to.deep.equal([]);
    isFull = false;
    await kept.pass('2026-12-01T05:10:00Z');
    expect(kept.names('daily')).to.have.length(14);
  });

  it('of a day that no pass has summed up yet wait for it', async () => {
    const kept = keeper();
    await kept.pass('2026-12-02T00:00:10Z');
    expect(kept.names('daily')).to.not.include('2026-12-01.json');
  });

  it('run beside the passes until they are stopped', async () => {
    const root = join(temporaryFolder(), 'reports');
    const clock = new VirtualClock(Date.parse('2026-12-01T04:10:00Z'));
    const abort = new AbortController();
    const own = new ReportKeeper(options(clock, root));
    const running = own.run(abort.signal);
    own.wrote({ chain: CHAIN });
    await clock.advance(5_000);
    while (!existsSync(join(root, 'platform/acme/certification/2026-11')))
      await new Promise((done) => setImmediate(done));
    abort.abort();
    await running;
    expect(clock.timers).to.equal(0);
  });
});
