/** `inventory`: finds the index, answers from it, and asks for the runs of those that refer, if that is wanted. */
import { isDay } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { inForce, keyString, StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { readIndex } from '../../../pkg/reconciler/index.js';
import { findReferences, onlyReferring, type IndexedRepository } from '../../../pkg/workflows/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { isNamed } from '../stored-policy.js';
import { indexFolder, workflowStore } from '../kept-beside.js';
import type { InventoryOptions, Window } from './options.js';
import { render } from './render.js';

/** The exit code. */
export const runInventory = (action: string, options: InventoryOptions, io: CommandIO): Promise<number> =>
  reporting(io, () => inventory(action, options, io));

/** GitHub takes no reference with another `@` in it. */
const ACTION = /^([\w.-]+\/[\w.-]+(?:\/[\w./-]+)?)(?:@([^\s@]+))?$/;

async function inventory(asked: string, options: InventoryOptions, io: CommandIO): Promise<number> {
  const [, action = '', ref] = ACTION.exec(asked) ?? [];
  if (action === '') throw usage(`found ${JSON.stringify(asked)}, allowed: OWNER/ACTION, or OWNER/ACTION@REF`);
  const window = windowOf(options, io.clock());
  const { organization, index } = await indexOf(action, options, io);
  const references = findReferences(index, { organization, action, ref });
  const repositories = [...new Set(references.refers.map(({ repository }) => repository))];
  const { ran, unanswered } = options.runs
    ? await (await import('./runs.js')).runsOf({ organization, repositories, references, window }, io)
    : { ran: null, unanswered: [] };
  const unknown = [...references.unknown, ...unanswered];
  io.stdout.write(render({ action, ref: ref ?? null, refers: references.refers, ran, unknown }, options.format));
  return EXIT.ok;
}

const usage = (message: string): Plus1Error => new Plus1Error('PLUS1_USAGE', message);

/** RFC 3339, or a day, which begins at midnight in UTC. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/;

function windowOf({ since, until, runs }: InventoryOptions, nowMs: number): Window {
  if (runs && since === undefined) throw usage('--runs: needs --since, since GitHub keeps runs for months');
  const iso = (flag: string, value: string): string => {
    if (!TIME.test(value) || !isDay(value) || Number.isNaN(Date.parse(value)))
      throw usage(`${flag}: found ${JSON.stringify(value)}, allowed: 2025-03-14 or 2025-03-14T12:00:00Z`);
    return new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');
  };
  const window = {
    since: since === undefined ? '' : iso('--since', since),
    until: iso('--until', until ?? new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z')),
  };
  if (window.since > window.until) throw usage('--since: found a time after --until');
  return window;
}

/** Of the index of the policy, or of the organization, what concerns the action. Throws PLUS1_NOT_KNOWN where there is none. */
async function indexOf(
  action: string,
  { policy: name, org, state }: InventoryOptions,
  io: CommandIO,
): Promise<{ organization: string; index: readonly IndexedRepository[] }> {
  if (name !== undefined && org !== undefined) throw usage('--policy and --org: found both, allowed: one of them');
  const folder = stateFolder(state, readEnvironment(io.env));
  const { policies } = await new StateFolder(folder).list(io.signal);
  const fits = ({ metadata, spec }: StoredPolicy): boolean =>
    isNamed(metadata, name) && (org === undefined || loginOf(spec) === org.toLowerCase());
  const chosen = policies.map(inForce).filter(fits);
  const organizations = new Set(chosen.map(({ spec }) => loginOf(spec)));
  if (organizations.size > 1 && name !== undefined)
    throw usage(
      `--policy: found ${chosen.map(({ metadata }) => keyString(metadata)).join(', ')}; name the namespace too`,
    );
  if (organizations.size > 1)
    throw usage(`--org: found indexes of ${[...organizations].sort().join(', ')}; name one of them`);
  for (const { metadata, spec } of chosen) {
    const organization = String(spec.organization);
    const store = workflowStore(indexFolder(folder), metadata, true);
    const only = (each: IndexedRepository): IndexedRepository =>
      onlyReferring(each, { organization, actions: [action] });
    const index = await readIndex(store, only, io.signal);
    if (index !== undefined) return { organization, index: index.repositories };
  }
  throw new Plus1Error('PLUS1_NOT_KNOWN', `no index of workflow files is kept in ${folder}`, {
    fix: 'set workflows.enabled in a policy, and wait for its next full pass; or name the folder with --state',
  });
}

/** GitHub knows a login in any case. */
const loginOf = ({ organization }: StoredPolicy['spec']): string => String(organization).toLowerCase();
