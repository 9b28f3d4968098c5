/** Which pairs each plan hash stands for: taken from the records of holds, and proved by making the hash again. */
import { createHash } from 'node:crypto';
import { linesOf } from '../run/journal-on-disk.js';
import type { Simulation } from '../run/simulation.js';

type Item = { id: number; status: string };

export function plansOf(sim: Simulation): void {
  const { chronicle, state, ruleset } = sim;
  const idOf = (pass: number): string | undefined => chronicle.passes.find((each) => each.pass === pass)?.id;
  for (const lines of linesOf(state, { isSafe: false }).values()) {
    for (const { kind, data, pass } of lines) {
      if (kind === 'PlanReleased' && (data['approvals'] as unknown[]).length > 0) {
        const put = chronicle.puts.findLast((each) => each.isAnswered && idOf(each.pass) === pass);
        if (put !== undefined) put.released = true;
      }
      if (kind === 'RolledBack' && pass !== undefined) chronicle.rolledBack.add(pass);
      if (kind !== 'PlanHeld') continue;
      const [leaving, entering] = [pairs(data['leave'] as Item[]), pairs(data['enter'] as Item[])];
      const text = JSON.stringify({ assignment: 'governed', entering, leaving, target: ruleset.id });
      const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      if (hash === data['planHash']) chronicle.plans.set(hash, { leaving, entering });
      else chronicle.wrong.push(`journal: the lists of a PlanHeld do not give its hash`);
    }
  }
}

const pairs = (items: readonly Item[]): [number, string][] =>
  items.map(({ id, status }): [number, string] => [id, status]).sort(([a], [b]) => a - b);
