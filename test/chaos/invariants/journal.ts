/**
 * journal: it verifies, its replay is the membership, every intent has an outcome, and every write that was applied was announced and is
 * told of as applied or as open.
 */
import { createHash } from 'node:crypto';
import { membersAt, policyFolders, readRecords, verify } from '../../../pkg/journal/index.js';
import { linesOf } from '../run/journal-on-disk.js';
import { POLICY, Simulation } from '../run/simulation.js';

const FAR = '2100-01-01T00:00:00.000Z';

export async function journal(sim: Simulation): Promise<string[]> {
  const root = Simulation.path('person', 'state/.journal');
  const { chains } = await verify({ folders: [root], keys: [], checkpoints: [], heads: [] });
  const wrong = chains.flatMap(({ chain, faults }) =>
    faults.map(({ code, message }) => `journal: ${chain}: ${code}: ${message}`),
  );
  const { records } = await readRecords(await policyFolders([root], { namespace: undefined, name: POLICY }));
  const at = membersAt(FAR, records);
  const replayed = at.ok ? at.members.map(({ id }) => id).join() : 'nothing';
  const members = [...sim.ruleset.members].sort((a, b) => a - b).join();
  if (replayed !== members) wrong.push(`journal: its replay is ${replayed}, and the membership ${members}`);
  return [...wrong, ...outcomes(sim)];
}

/** Read line by line, by no code of the product. */
function outcomes(sim: Simulation): string[] {
  const wrong: string[] = [];
  const announced = new Set<unknown>();
  for (const [chain, lines] of linesOf(sim.state, { isSafe: false })) {
    let open: unknown;
    for (const { kind, data, seq, part } of lines) {
      if (part !== undefined && part[0] > 1) continue;
      if (kind === 'WriteIntended') {
        if (open !== undefined) wrong.push(`journal: the intent before record ${seq} has no outcome`);
        open = data['hashAfter'];
        announced.add(open);
      } else if (/^Write(Proved|Unproved|Refused|Superseded)$/.test(kind)) open = undefined;
    }
    if (open !== undefined) wrong.push(`journal: the last intent of ${chain} has no outcome`);
  }
  for (const { members, appliedAt } of sim.chronicle.puts)
    if (appliedAt !== undefined && !announced.has(hashOf(members)))
      wrong.push('journal: a write was applied, and no record announces it');
  return wrong;
}

const hashOf = (members: readonly number[]): string =>
  `sha256:${createHash('sha256')
    .update(JSON.stringify([...members].sort((a, b) => a - b)))
    .digest('hex')}`;
