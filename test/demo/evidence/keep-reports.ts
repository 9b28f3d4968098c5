/** The reports of the demo, as a controller keeps them, at the end of its month. */
import { readFileSync } from 'node:fs';
import { policyFolders } from '../../../pkg/journal/index.js';
import { silentLog } from '../../../pkg/base/index.js';
import { parseFramework, ReportKeeper } from '../../../pkg/report/index.js';
import { systemClock } from '../../../cmd/plus1/clock.js';

const FRAMEWORKS = ['fedramp', 'hipaa', 'hitrust', 'soc2'];
const DAY_MS = 86_400_000;

export interface KeptReports {
  /** Root of the journal. */
  journal: string;
  /** Where they go. */
  root: string;
  nowMs: number;
}

export async function keepReports({ journal, root, nowMs }: KeptReports): Promise<void> {
  const keeper = new ReportKeeper({
    ...{ root, journal, retentionMs: 30 * DAY_MS, journalRetentionMs: 3_650 * DAY_MS },
    frameworks: async () =>
      FRAMEWORKS.flatMap((name) => parseFramework(readFileSync(`pkg/report/frameworks/${name}.yaml`, 'utf8'), name)),
    shortage: async () => undefined,
    clock: { ...systemClock, now: () => nowMs },
    log: silentLog,
  });
  for (const { namespace, folder } of await policyFolders([journal]))
    keeper.wrote({ chain: `${namespace}/${folder}/any` });
  await keeper.keep(new AbortController().signal);
}
