/** The thread of the web page: `web-parts.ts` starts it. A file of its own in the bundle. */
import { constants, getPriority, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { boundSignal } from '../../pkg/base/index.js';
import { realFiles } from '../../pkg/journal/index.js';
import type { PolicyKey } from '../../pkg/policies/index.js';
import { serveInThread, WebSource, type SeenBeside, type ThreadData } from '../../pkg/web/index.js';
import { systemClock } from './clock.js';

/** What it is started with. */
export interface WebThreadData extends ThreadData {
  /** The state folder. */
  state: string;
  journalRoot: string | undefined;
  reports: string | undefined;
}

/** A file server that does not answer must not hold a page, ms. */
const BESIDE_MS = 5_000;
/** So much below the passes, however the process was started: where both want the processor, the passes get most of it. */
const NICER = 10;
const LOWEST = constants.priority.PRIORITY_LOW;

/** The files that judge workflows are large, and most pages need none of them. */
async function beside(state: string, policy: { key: PolicyKey; spec: object }, id: number): Promise<SeenBeside> {
  const { readLooks } = await import('./kept-looks.js');
  const bound = boundSignal(systemClock, BESIDE_MS);
  try {
    return (await readLooks(state, policy, bound.signal, id))(id);
  } finally {
    bound.release();
  }
}

/** Linux has it for each thread, others for the whole process: https://man7.org/linux/man-pages/man2/setpriority.2.html#BUGS */
function letPassesGoFirst(): void {
  if (platform() !== 'linux') return;
  try {
    setPriority(0, Math.min(LOWEST, getPriority() + NICER));
  } catch {
    // A sandbox may refuse it; then both are equal.
  }
}

if (parentPort === null) throw new Error('web-thread is no program: `plus1 controller` starts it');
const data = workerData as WebThreadData;
await serveInThread({
  ...{ port: parentPort, data, clock: systemClock },
  makeSource: (of) =>
    new WebSource({
      ...{ ...of, files: realFiles, journalRoot: data.journalRoot, reports: data.reports },
      beside: (key, spec, id) => beside(data.state, { key, spec }, id),
    }),
});
// Not before: passes wait until it is open.
letPassesGoFirst();
