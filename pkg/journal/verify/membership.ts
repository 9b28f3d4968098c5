/** Whether the membership that records name follows from the records before. */
import { Groups } from '../record/group.js';
import { Replay } from '../record/replay.js';
import type { Line } from './evidence.js';
import type { Fault } from './fault.js';

export function judgeMembership(lines: readonly Line[]): Fault[] {
  const groups = new Groups();
  const replay = new Replay({ isChecked: true });
  const faults: Fault[] = [];
  for (const { file, line, record } of lines) {
    const whole = record && groups.push(record);
    const message = whole && replay.apply(whole);
    if (message !== undefined)
      faults.push({ code: 'membership-differs', file, line, sequence: record?.seq ?? null, message });
  }
  return faults;
}
