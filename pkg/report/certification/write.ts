/** The certification folder of one policy and one month, file by file. */
import { basename, join } from 'node:path';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { exportChain, exportedChain, verify, type ExportedChain, type PolicyFolder } from '../../journal/index.js';
import { printableJSON } from '../../text/index.js';
import { readHistory, type History } from '../history/history.js';
import type { Period } from '../history/period.js';
import { certificationHTML } from './page.js';
import { certificationOf } from './certification.js';
import { withDetails } from './details.js';
import type { FrameworkLine } from './frameworks.js';
import { manifestText, type ManifestFile } from './manifest.js';
import { oscalResults } from './oscal.js';
import { populationOf } from '../period/population.js';
import { reconcile, type Reconciliation, type RulesetVersion } from './reconciliation.js';
import { certificationTables } from './tables.js';
import { verifyPage } from './verify-page.js';

export interface CertificationRequest {
  folders: readonly PolicyFolder[];
  /** A month. */
  period: Period;
  frameworks: readonly FrameworkLine[];
  /** A new or empty folder. */
  output: string;
  /** Reads GitHub's history of the ruleset, where it is to be compared. */
  versions?: ((of: RulesetNamed) => Promise<ComparedVersions>) | undefined;
}

/** Which ruleset, as the journal names it. */
export interface RulesetNamed {
  /** Login. */
  organization: string;
  ruleset: string;
  /** Null where no pass of the period was complete. */
  apiHost: string | null;
}

/** `sinceMs`: from when on GitHub keeps versions, Unix ms. */
export interface ComparedVersions {
  list: readonly RulesetVersion[];
  sinceMs: number;
}

/** What the journal told; undefined where the month has no record, and nothing was written. Throws what the file system throws. */
export async function writeCertification(request: CertificationRequest): Promise<History | undefined> {
  const { folders, period, frameworks, output, versions } = request;
  const read = await readHistory(folders, period);
  if (read === undefined) return undefined;
  const history = await withDetails(read, folders);
  const journal = join(output, 'journal');
  const chains = await exportChains(history, journal);
  const verdict = await verify({ folders: [journal], keys: [], checkpoints: [], heads: [] });
  const reconciliation = versions && (await compared(history, versions));
  const certification = certificationOf({ history, frameworks, verdicts: verdict.chains, reconciliation });
  const { organization, ruleset_name: ruleset, month } = certification.statement;
  const texts = new Map([
    ['certification.html', certificationHTML(certification, history)],
    ['certification.json', printableJSON(certification, 2)],
    ...certificationTables(history),
    ['oscal-assessment-results.json', printableJSON(oscalResults(certification, history), 2)],
    ...(history.checkpoint === null ? [] : ([['checkpoint', history.checkpoint]] as const)),
    [
      'VERIFY.md',
      verifyPage({
        title: `The certification of ${organization} / ${ruleset} for ${month}`,
        policy: `${history.policy.namespace}/${history.policy.name}`,
        ...{ month, chains },
        hasCheckpoint: history.checkpoint !== null,
      }),
    ],
  ]);
  const files: ManifestFile[] = await filesBelow(journal, 'journal');
  for (const [file, text] of texts) {
    const content = Buffer.from(text);
    await createFile(join(output, file), content);
    files.push({ file, content });
  }
  await createFile(join(output, 'manifest.json'), Buffer.from(manifestText(files)));
  return history;
}

async function compared(
  history: History,
  versions: NonNullable<CertificationRequest['versions']>,
): Promise<Reconciliation> {
  const { organization, ruleset } = history.policy;
  const { list, sinceMs } = await versions({ organization, ruleset, apiHost: populationOf(history).api_host });
  return reconcile(history, list, sinceMs);
}

/** Names repositories: its owner alone may read it. */
const createFile = (path: string, content: Buffer): Promise<void> =>
  writeFile(path, content, { flag: 'wx', mode: 0o600 });

/** Of all chains the records that the figures follow from: from them this folder can be made again. */
async function exportChains({ chainFolders, read }: History, output: string): Promise<ExportedChain[]> {
  const chains: ExportedChain[] = [];
  for (const folder of chainFolders) {
    const records = read.find(({ chain }) => basename(chain) === basename(folder));
    if (records === undefined) continue;
    const exported = await exportChain(folder, output, { records });
    const described = exported && (await exportedChain(output, exported.chain));
    if (described !== undefined) chains.push(described);
  }
  return chains;
}

async function filesBelow(folder: string, name: string): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const [path, file] = [join(folder, entry.name), `${name}/${entry.name}`];
    if (entry.isDirectory()) files.push(...(await filesBelow(path, file)));
    else files.push({ file, content: await readFile(path) });
  }
  return files;
}
