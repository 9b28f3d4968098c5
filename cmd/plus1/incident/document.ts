/** The document of an incident, out of flags: what `open` and `isolate` have in common. */
import { API_VERSION, INCIDENT_KIND, INCIDENTS, parseInput } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';

/** Whom to isolate, and how. */
export interface IsolationFlags {
  repository: string[];
  matching?: string;
  actions?: string;
  cancelRuns: boolean;
  responder: string[];
  policies?: string;
}

export type Mapping = Record<string, unknown>;

/** Throws PLUS1_USAGE with every fault of the schema. */
export function documentOf(metadata: Mapping, spec: Mapping): Mapping {
  const document = { apiVersion: API_VERSION, kind: INCIDENT_KIND, metadata, spec };
  const parsed = parseInput(INCIDENTS, document);
  if (parsed.ok) return document;
  throw new Plus1Error('PLUS1_USAGE', parsed.faults.join('; '));
}

export const defined = (values: Mapping): Mapping =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** How: what was not given stays as it is. */
export const isolationOf = ({
  matching,
  actions,
  cancelRuns,
}: Pick<IsolationFlags, 'matching' | 'actions' | 'cancelRuns'>): Mapping =>
  defined({ matching, actions, cancelRuns: cancelRuns ? true : undefined });
