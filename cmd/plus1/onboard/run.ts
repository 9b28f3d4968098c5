/** `onboard`: finds the checklists that a pass kept, and prints them. */
import { isMet } from '../../../pkg/baseline/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { inForce, keyString, StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { readBaseline, type KnownChecklist } from '../../../pkg/reconciler/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { baselineFolder } from '../kept-beside.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import type { OnboardOptions } from './options.js';
import { render } from './render.js';

/** The exit code. */
export const runOnboard = (name: string | undefined, options: OnboardOptions, io: CommandIO): Promise<number> =>
  reporting(io, () => onboard(name, options, io));

const usage = (message: string): Plus1Error => new Plus1Error('PLUS1_USAGE', message);

async function onboard(name: string | undefined, options: OnboardOptions, io: CommandIO): Promise<number> {
  const wanted = wantedOf(name, options.all);
  const folder = stateFolder(options.state, readEnvironment(io.env));
  const kept = await listsOf({ ...options, organization: wanted?.organization }, folder, io);
  const shown = wanted === undefined ? onlyOne(kept) : kept.flatMap(({ lists }) => lists.filter(isIt(wanted)));
  const [first] = shown;
  if (wanted !== undefined && first === undefined) throw notListed(wanted, kept.length > 0, folder);
  const repositories = wanted === undefined ? shown : shown.slice(0, 1);
  io.stdout.write(render(repositories, options.format));
  return repositories.every((each) => each.checks.length > 0 && isMet(each)) ? EXIT.ok : EXIT.failed;
}

interface Wanted {
  organization: string;
  /** In lower case. */
  repository: string;
}

/** Undefined: all. */
function wantedOf(name: string | undefined, all: boolean): Wanted | undefined {
  if (all && name !== undefined) throw usage('--all: found with a repository, allowed: one of them');
  if (all) return undefined;
  if (name === undefined) throw usage('found no repository, allowed: ORGANIZATION/REPOSITORY, or --all');
  const [organization, repository, more] = name.toLowerCase().split('/');
  if (!organization || !repository || more !== undefined)
    throw usage(`found ${JSON.stringify(name)}, allowed: ORGANIZATION/REPOSITORY`);
  return { organization, repository };
}

interface Kept {
  policy: string;
  lists: KnownChecklist[];
}

/** Of each policy that fits and has looked, those within its scope. */
async function listsOf(
  { policy: name, organization }: { policy?: string; organization: string | undefined },
  folder: string,
  io: CommandIO,
): Promise<Kept[]> {
  const { policies } = await new StateFolder(folder).list(io.signal);
  const fits = ({ metadata, spec }: StoredPolicy): boolean =>
    (name === undefined || keyString(metadata) === name || metadata.name === name) &&
    (organization === undefined || String(spec.organization).toLowerCase() === organization);
  const store = baselineFolder(folder);
  const kept: Kept[] = [];
  for (const { metadata } of policies.map(inForce).filter(fits)) {
    const index = readBaseline(await store.load(metadata, io.signal));
    const lists = index?.repositories.filter(({ isInScope }) => isInScope) ?? [];
    if (index !== undefined) kept.push({ policy: keyString(metadata), lists: lists.sort(byName) });
  }
  if (kept.length > 0) return kept;
  throw new Plus1Error('PLUS1_NOT_KNOWN', `no checklists are kept in ${folder}`, {
    fix: 'set baseline.enabled in a policy, and wait for its next full pass; or name the folder with --state',
  });
}

function onlyOne(kept: readonly Kept[]): KnownChecklist[] {
  const [first, ...rest] = kept;
  if (rest.length > 0)
    throw usage(`--policy: found checklists of ${kept.map(({ policy }) => policy).join(', ')}; name one of them`);
  return first?.lists ?? [];
}

const isIt =
  ({ repository }: Wanted) =>
  ({ name }: KnownChecklist): boolean =>
    name.toLowerCase() === repository;

const notListed = ({ organization, repository }: Wanted, isKept: boolean, folder: string): Plus1Error =>
  new Plus1Error('PLUS1_NOT_KNOWN', `no checklist of ${organization}/${repository} is kept in ${folder}`, {
    fix: isKept
      ? 'check the name; only governed production repositories have one, or all where baseline.scope is All'
      : 'set baseline.enabled in a policy, and wait for its next full pass',
  });

const byName = (a: KnownChecklist, b: KnownChecklist): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
