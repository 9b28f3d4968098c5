/** What a rollout remembers, as its status holds it. Pure; what is read back is what was kept. */
import { MAX_ROLLOUT_ENTRIES, MAX_ROLLOUT_HISTORY, type RolloutStatus } from '../../api/index.js';
import { NEW_MEMORY, type RolloutMemory, type StageRecord, type Tally } from '../../rollout/index.js';

type Kept<K extends keyof RolloutStatus> = NonNullable<RolloutStatus[K]>;

/** What the candidate says of a suite that was opened. */
export type OpenedResult = Kept<'analysis'>['opened'][number]['result'];

/** The last look at the rule suites of the stage. */
export interface Analysis {
  lastMs: number;
  tally: Tally;
  opened: ReadonlyMap<number, OpenedResult>;
}

export interface RolloutState {
  memory: RolloutMemory;
  analysis?: Analysis | undefined;
  impact?: Kept<'impact'> | undefined;
  hold?: Kept<'hold'> | undefined;
  /** The test environment, by id. */
  first?: Kept<'first'> | undefined;
  /** When GitHub last refused Evaluate, Unix ms. */
  refusedMs?: number | undefined;
}

export function stateOf(status: RolloutStatus): RolloutState {
  const { analysis, impact, hold, first, evaluateRefusedTime } = status;
  return {
    memory: memoryOf(status),
    ...(analysis && {
      analysis: {
        lastMs: Date.parse(analysis.lastTime),
        tally: { ...analysis, repositories: [...analysis.repositories] },
        opened: new Map(analysis.opened.map(({ id, result }) => [id, result])),
      },
    }),
    ...(impact && { impact }),
    ...(hold && { hold }),
    ...(first && { first }),
    ...(evaluateRefusedTime !== undefined && { refusedMs: Date.parse(evaluateRefusedTime) }),
  };
}

function memoryOf(status: RolloutStatus): RolloutMemory {
  const { stage = 0, stageStartTime, candidate, end, wasPaused, ready, intended, unneeded = 0, history = [] } = status;
  return {
    ...NEW_MEMORY,
    ...{ stage, unneeded, history: history.map(recordOf) },
    ...(stageStartTime !== undefined && { sinceMs: Date.parse(stageStartTime) }),
    ...(candidate && {
      candidate: {
        ...{ rulesetID: candidate.rulesetID, enforcement: candidate.enforcement },
        fingerprint: candidate.fingerprint.replace(/^sha256:/, ''),
        late: new Map((candidate.late ?? []).map(({ id, time }) => [id, Date.parse(time)])),
      },
    }),
    ...(end && { end }),
    ...(wasPaused === true && { wasPaused }),
    ...(ready !== undefined && { ready }),
    ...(intended && { intended }),
  };
}

function recordOf({ startTime, endTime, ...record }: Kept<'history'>[number]): StageRecord {
  return {
    ...record,
    startMs: Date.parse(startTime),
    ...(endTime !== undefined && { endMs: Date.parse(endTime) }),
  };
}

const time = (ms: number): string => new Date(ms).toISOString();

type Status = Omit<RolloutStatus, 'conditions' | 'observedGeneration'>;

/** Without conditions. `members`: of the candidate, where it is there. */
export function statusOf(state: RolloutState, members: number): Status {
  const { memory, analysis, impact, hold, first = [], refusedMs } = state;
  const { candidate, history } = memory;
  return {
    ...stageStatus(memory),
    ...(first.length > 0 && { first: [...first] }),
    ...(refusedMs !== undefined && { evaluateRefusedTime: time(refusedMs) }),
    ...(candidate && { candidate: keptCandidate(candidate, members) }),
    ...(impact && { impact }),
    ...(hold && { hold }),
    ...(analysis && { analysis: keptAnalysis(analysis) }),
    ...(history.length > 0 && { history: history.slice(-MAX_ROLLOUT_HISTORY).map(keptRecord) }),
  };
}

function stageStatus({ stage, sinceMs, end, wasPaused, ready, intended, unneeded }: RolloutMemory): Status {
  return {
    stage,
    ...(sinceMs !== undefined && stage > 0 && { stageStartTime: time(sinceMs) }),
    ...(end && { end }),
    ...(wasPaused && { wasPaused }),
    ...(ready !== undefined && { ready }),
    ...(intended && { intended }),
    ...(unneeded > 0 && { unneeded }),
  };
}

function keptCandidate(
  { rulesetID, enforcement, fingerprint, late }: NonNullable<RolloutMemory['candidate']>,
  members: number,
): Kept<'candidate'> {
  const some = [...late].slice(-MAX_ROLLOUT_ENTRIES).map(([id, ms]) => ({ id, time: time(ms) }));
  return {
    ...{ rulesetID, members, enforcement, fingerprint: `sha256:${fingerprint}` },
    ...(some.length > 0 && { late: some }),
  };
}

function keptAnalysis({ lastMs, tally, opened }: Analysis): Kept<'analysis'> {
  return {
    ...{ lastTime: time(lastMs), pushes: tally.pushes, passed: tally.passed, failed: tally.failed },
    ...{ bypassed: tally.bypassed, isWhole: tally.isWhole },
    repositories: tally.repositories.slice(0, MAX_ROLLOUT_ENTRIES),
    opened: [...opened].slice(-MAX_ROLLOUT_ENTRIES).map(([id, result]) => ({ id, result })),
  };
}

function keptRecord({ startMs, endMs, ...record }: StageRecord): Kept<'history'>[number] {
  return { ...record, startTime: time(startMs), ...(endMs !== undefined && { endTime: time(endMs) }) };
}
