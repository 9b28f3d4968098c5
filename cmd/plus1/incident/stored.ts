/** The incidents of a state folder. */
import {
  API_VERSION,
  INCIDENT_KIND,
  INCIDENTS,
  parseInput,
  type IncidentSpec,
  type IncidentStatus,
} from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { InputState, keyString, type PolicyKey } from '../../../pkg/policies/index.js';
import { readEnvironment } from '../environment.js';
import type { CommandIO } from '../io.js';
import { stateFolder } from '../state-folder.js';
import { isNamed } from '../stored-policy.js';

export interface StoredIncident {
  name: string;
  namespace: string;
  uid: string;
  spec: IncidentSpec;
  status: IncidentStatus;
  /** The file of the policies folder that declared it. */
  file: string;
}

export interface StoredIncidents {
  incidents: StoredIncident[];
  /** Those that are wrong as they are kept, and why. */
  wrong: { name: string; namespace: string; file: string; faults: string[] }[];
}

export async function storedIncidents(state: string | undefined, io: CommandIO): Promise<StoredIncidents> {
  const folder = stateFolder(state, readEnvironment(io.env));
  const found: StoredIncidents = { incidents: [], wrong: [] };
  for (const { kind, metadata, spec, status, origin } of await new InputState(folder).list(io.signal)) {
    if (kind !== INCIDENT_KIND) continue;
    const { name, namespace, uid } = metadata;
    const parsed = parseInput(INCIDENTS, { apiVersion: API_VERSION, kind, metadata: { name, namespace }, spec });
    const { file } = origin;
    if (parsed.ok) found.incidents.push({ name, namespace, uid, spec: parsed.spec, status, file });
    else found.wrong.push({ name, namespace, file, faults: parsed.faults });
  }
  return found;
}

/** Throws PLUS1_NOT_KNOWN where there is none, PLUS1_USAGE where several namespaces have one, PLUS1_POLICY_INVALID where it is wrong. */
export async function oneIncident(asked: string, state: string | undefined, io: CommandIO): Promise<StoredIncident> {
  const { incidents, wrong } = await storedIncidents(state, io);
  const isAsked = (key: PolicyKey): boolean => isNamed(key, asked);
  const [one, other] = incidents.filter(isAsked);
  const broken = wrong.find(isAsked);
  if (other !== undefined || (one !== undefined && broken !== undefined))
    throw new Plus1Error('PLUS1_USAGE', `several namespaces have an incident ${asked}`, {
      fix: 'name the namespace too',
    });
  if (one !== undefined) return one;
  if (broken !== undefined)
    throw new Plus1Error('PLUS1_POLICY_INVALID', `${keyString(broken)} is wrong: ${broken.faults.join('; ')}`, {
      fix: `correct ${broken.file}`,
    });
  const names = [...incidents, ...wrong].map(keyString).join(', ');
  throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no incident ${JSON.stringify(asked)} that a pass has seen`, {
    fix: names === '' ? 'name the state folder of the controller with --state' : `name one of ${names}`,
  });
}
