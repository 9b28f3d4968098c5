/** Whether protection is lost by a write to the candidate, whatever it is for. */
import type { RulesetEnforcement } from '../api/index.js';
import type { Action, Sight } from './decide.js';

const RANK: Readonly<Record<RulesetEnforcement, number>> = { disabled: 0, evaluate: 1, active: 2 };

/** True where the candidate goes, its rules hold less than they did, or somebody leaves it who is not gone. */
export function weakens(action: Action, candidate: Sight['candidate'], isGone: (id: number) => boolean): boolean {
  if (action.kind === 'delete') return true;
  if (action.kind !== 'change' || typeof candidate !== 'object') return false;
  const { enforcement = candidate.enforcement, members } = action;
  if (RANK[enforcement] < RANK[candidate.enforcement]) return true;
  const staying = new Set(members ?? candidate.members);
  return [...candidate.members].some((id) => !staying.has(id) && !isGone(id));
}
