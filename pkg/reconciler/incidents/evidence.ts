/**
 * The rest of the evidence, once the repositories are closed off and lose nothing any more. What was kept first stays as it was; what cannot be
 * kept or read is told, tried again, and holds up nothing.
 */
import type { IsolatedRepository } from '../../api/index.js';
import { sha256 } from '../../base/index.js';
import { createdWithin, manifestText, type Manifest, type ManifestEntry } from '../../incident/index.js';
import { workflowTexts } from './workflow-texts.js';
import type { Draft } from './draft.js';
import { faultOf, forEach, isolationOf, nowOf, tell, type Means } from './means.js';
import type { EvidenceStore } from './ports.js';
import { BEFORE_FILE } from './kept-entries.js';
import { about, folderOf, nameNow } from './record.js';

const MANIFEST = 'manifest.json';
const INVENTORY_FILE = 'inventory.json';
const BRANCHES_FILE = 'branches.json';

interface Keeping {
  draft: Draft;
  means: Means;
  /** Paths that are there. */
  has: Set<string>;
  missing: string[];
}

/** Keeps what is not there yet, and the manifest over all of it; its digest goes to the journal. Never throws but where it is told to stop. */
export async function keepEvidence(draft: Draft, means: Means): Promise<void> {
  const { evidence } = means;
  if (evidence === undefined) {
    draft.evidence = { files: 0, missing: ['all: this process has no state folder to keep evidence in'] };
    return;
  }
  const folder = folderOf(draft);
  const before = draft.evidence?.digest;
  try {
    if (await isComplete(draft, evidence, means.signal)) return;
    const there = await evidence.entries(folder, means.signal);
    const keeping: Keeping = { draft, means, has: new Set(there.map(({ path }) => path)), missing: [] };
    await keepAll(keeping);
    const entries = await evidence.entries(folder, means.signal);
    draft.evidence = { files: entries.length, missing: keeping.missing };
    await seal(draft, means, { folder, entries, before });
  } catch (thrown) {
    means.signal.throwIfAborted();
    const missing = [...(draft.evidence?.missing ?? []), faultOf('evidence', thrown)];
    draft.evidence = { files: draft.evidence?.files ?? 0, ...(before !== undefined && { digest: before }), missing };
  }
}

/** Nothing is missing, and the manifest names the inventory and each repository. One file is read for that, and no other. */
async function isComplete(draft: Draft, store: EvidenceStore, signal: AbortSignal): Promise<boolean> {
  const { evidence, entries, inventory } = draft;
  if (evidence?.digest === undefined || evidence.missing.length > 0) return false;
  const text = await store.read(folderOf(draft), MANIFEST, signal);
  if (text === undefined || `sha256:${sha256(text)}` !== evidence.digest) return false;
  const paths = new Set((JSON.parse(text) as Manifest).files.map(({ path }) => path));
  if (inventory !== undefined && !paths.has(INVENTORY_FILE)) return false;
  return [...entries.values()].every((row) => paths.has(`${folderOfRepository(row)}/${BRANCHES_FILE}`));
}

async function keepAll(keeping: Keeping): Promise<void> {
  const { draft, means } = keeping;
  const rows = [...draft.entries.values()];
  await keepFile(keeping, BEFORE_FILE, async () => rows);
  const { inventory } = draft;
  if (inventory !== undefined) await keepFile(keeping, INVENTORY_FILE, async () => inventory);
  const { seen } = means.pass;
  if (seen !== undefined) {
    const { ruleset, organization } = seen;
    await keepFile(keeping, 'ruleset-history.json', () =>
      isolationOf(means).rulesetHistory(organization.login, ruleset.id, means.signal),
    );
  }
  await forEach(rows, (row) => keepRepository(keeping, row));
  await keepTexts(keeping, rows);
}

const folderOfRepository = ({ id, name }: IsolatedRepository): string => `repositories/${name}.${id}`;

async function keepRepository(keeping: Keeping, row: IsolatedRepository): Promise<void> {
  const { draft, means } = keeping;
  const at = { organization: means.organization, name: nameNow(row.id, row.name, means) };
  const folder = folderOfRepository(row);
  await keepFile(keeping, `${folder}/${BRANCHES_FILE}`, () => isolationOf(means).branches(at, means.signal));
  const created = createdWithin(draft.spec, nowOf(means));
  if (created === undefined) return;
  await keepFile(keeping, `${folder}/runs.json`, async () => ({
    window: created,
    ...(await isolationOf(means).runs(at, created, means.signal)),
  }));
}

/** Workflow files in one question for many repositories. */
async function keepTexts(keeping: Keeping, rows: readonly IsolatedRepository[]): Promise<void> {
  const path = (row: IsolatedRepository): string => `${folderOfRepository(row)}/workflows.json`;
  const open = rows.filter((row) => !keeping.has.has(path(row)));
  if (open.length === 0) return;
  const texts = await workflowTexts(open, keeping.means);
  for (const row of open)
    await keepFile(keeping, path(row), async () => {
      const found = texts.get(row.id);
      if (found === undefined) throw new Error('GitHub did not show them');
      return found;
    });
}

/** One file, where it is not there. */
async function keepFile(
  { draft, means, has, missing }: Keeping,
  path: string,
  make: () => Promise<unknown>,
): Promise<void> {
  if (has.has(path)) return;
  try {
    const text = `${JSON.stringify(await make(), null, 2)}\n`;
    await means.evidence?.keep(folderOf(draft), { path, text }, means.signal);
  } catch (thrown) {
    means.signal.throwIfAborted();
    missing.push(faultOf(path, thrown));
  }
}

/** The manifest, written and told where it is another one. */
async function seal(
  draft: Draft,
  means: Means,
  { folder, entries, before }: { folder: string; entries: readonly ManifestEntry[]; before: string | undefined },
): Promise<void> {
  const { text, digest } = manifestText(draft.incident.metadata.name, entries);
  if (draft.evidence !== undefined) draft.evidence.digest = digest;
  if (digest === before) return;
  await means.evidence?.keep(folder, { path: MANIFEST, text }, means.signal);
  const { files, missing } = draft.evidence ?? { files: 0, missing: [] };
  await tell(means, [{ kind: 'EvidenceKept', data: { incident: about(draft), digest, files, missing } }]);
}
