/** The incidents of a state folder. */
import {
  INCIDENT_KIND,
  INCIDENTS,
  parseInput,
  type IncidentSpec,
  type IncidentStatus,
} from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { InputState } from '../../../pkg/policies/index.js';
import { readEnvironment } from '../environment.js';
import type { CommandIO } from '../io.js';
import { stateFolder } from '../state-folder.js';

export interface StoredIncident {
  name: string;
  namespace: string;
  uid: string;
  spec: IncidentSpec;
  status: IncidentStatus;
  /** The file of the policies folder that declared it. */
  file: string;
}

export async function storedIncidents(state: string | undefined, io: CommandIO): Promise<StoredIncident[]> {
  const folder = stateFolder(state, readEnvironment(io.env));
  const all = await new InputState(folder).list(io.signal);
  return all.flatMap(({ kind, metadata, spec, status, origin }) => {
    if (kind !== INCIDENT_KIND) return [];
    const { name, namespace, uid } = metadata;
    const parsed = parseInput(INCIDENTS, {
      apiVersion: 'plus1.dev/v1alpha1',
      kind,
      metadata: { name, namespace },
      spec,
    });
    if (!parsed.ok) return [];
    return [{ name, namespace, uid, spec: parsed.spec, status: status, file: origin.file }];
  });
}

/** Throws PLUS1_NOT_KNOWN where there is none, or more than one. */
export async function oneIncident(asked: string, state: string | undefined, io: CommandIO): Promise<StoredIncident> {
  const all = await storedIncidents(state, io);
  const found = all.filter(({ name, namespace }) => name === asked || `${namespace}/${name}` === asked);
  const [one, other] = found;
  if (one !== undefined && other === undefined) return one;
  const names = all.map(({ name, namespace }) => `${namespace}/${name}`).join(', ');
  const what = one === undefined ? `no incident ${asked} is known` : `${asked} names ${found.length} incidents`;
  throw new Plus1Error('PLUS1_NOT_KNOWN', what, {
    fix: names === '' ? 'name the state folder of the controller with --state' : `name one of ${names}`,
  });
}
