/** `plus1 incident report`: the report of one incident, from its status. */
import { isMapping } from '../../../pkg/base/index.js';
import type { ManifestEntry } from '../../../pkg/incident/index.js';
import { keyString, StateFolder } from '../../../pkg/policies/index.js';
import { evidenceFolder } from '../../../pkg/reconciler/index.js';
import { incidentHTML, incidentMarkdown } from '../../../pkg/report/index.js';
import { parseJSON } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { evidenceIn } from '../evidence-store.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { writeText } from '../report-file.js';
import { stateFolder } from '../state-folder.js';
import { oneIncident, type StoredIncident } from './stored.js';

export interface ReportOptions {
  format: 'markdown' | 'html';
  output?: string;
  state?: string;
}

/** The exit code. */
export function runIncidentReport(
  name: string,
  { format, output, state }: ReportOptions,
  io: CommandIO,
): Promise<number> {
  return reporting(io, async () => {
    const incident = await oneIncident(name, state, io);
    const folder = stateFolder(state, readEnvironment(io.env));
    const { policies } = await new StateFolder(folder).list(io.signal);
    const key = keyString({ namespace: incident.namespace, name: incident.spec.policyRef.name });
    const policy = policies.find(({ metadata }) => keyString(metadata) === key);
    const given = {
      ...incident,
      evidence: await listed(folder, incident, io.signal),
      organization: String(policy?.spec.organization ?? incident.spec.policyRef.name),
      madeAt: new Date(io.clock()).toISOString(),
    };
    const text = format === 'html' ? incidentHTML(given) : incidentMarkdown(given);
    if (output === undefined) io.stdout.write(text);
    else await writeText(output, text, io.signal);
    return EXIT.ok;
  });
}

/** What the manifest of its evidence lists; undefined where there is none that can be read. */
async function listed(
  state: string,
  incident: StoredIncident,
  signal: AbortSignal,
): Promise<readonly ManifestEntry[] | undefined> {
  const text = await evidenceIn(state).read(evidenceFolder(incident), 'manifest.json', signal);
  const manifest = text === undefined ? undefined : parsed(text);
  return isMapping(manifest) && Array.isArray(manifest['files']) ? manifest['files'].filter(isEntry) : undefined;
}

/** Of a file that a full disk cut off, or that somebody changed: the report is needed all the same. */
function parsed(text: string): unknown {
  try {
    return parseJSON(text);
  } catch {
    return undefined;
  }
}

const isEntry = (entry: unknown): entry is ManifestEntry =>
  isMapping(entry) &&
  typeof entry['path'] === 'string' &&
  typeof entry['bytes'] === 'number' &&
  typeof entry['sha256'] === 'string';
