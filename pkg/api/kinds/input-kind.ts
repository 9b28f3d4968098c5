/**
 * Kinds that are inputs of a policy's pass: what they have in common, and what is said of each in one place. The CRD, the roles, the
 * field page, the homes and the command line are made from it.
 */
import * as v from 'valibot';
import { conditionSchema, type ConditionOf } from '../condition-schema.js';
import { integer, listMap, matching, text } from '../fields.js';
import { keptFault } from '../kept-fault.js';
import { parseDocument } from '../parse.js';
import { API_VERSION, DEFAULT_NAMESPACE, objectMetadata } from '../policy.js';
import { objectName } from '../spec-github.js';
import { immutable } from '../rule.js';
import { maybe } from '../status-fields.js';

/** What the spec of every such kind has. */
export interface InputSpec {
  policyRef: { name: string };
  reason: string;
  owner: string;
  ticket?: string | undefined;
}

/** What the status of every such kind has. `Ready` is always present. */
export interface InputStatus {
  observedGeneration?: number;
  conditions?: ConditionOf[];
}

/** A column of `kubectl get` and of `plus1 get`: a field, or a part of a condition. */
export type InputColumn = { name: string; type: 'string' | 'integer' | 'date' } & (
  { path: readonly [string, ...string[]] } | { condition: string; field: 'status' | 'reason' | 'message' }
);

/** All that is said of one kind. */
export interface InputKind<Spec extends InputSpec = InputSpec, Status extends InputStatus = InputStatus> {
  kind: string;
  /** In paths, and in the name of the CRD. */
  plural: string;
  shortName: string;
  /** In messages, and as field of log lines. */
  words: { one: string; many: string };
  /** A sentence for `kubectl explain`. */
  about: string;
  spec: v.GenericSchema<unknown, Spec>;
  status: v.GenericSchema<Status>;
  /**
   * Paths of `spec` that stay as they were once a pass took the object up. The CRD refuses a change of them, and a folder does: under
   * another policy, whose approvals are others, what one policy did could be undone.
   */
  fixed: readonly (readonly [string, ...string[]])[];
  /** Lists of the status: by field, what tells entries apart; and paths of those that are required. A test holds it against the schema. */
  lists: { keys: Readonly<Record<string, string>>; required: ReadonlySet<string> };
  /** Fields of the status that a later pass decides by: where a server does not keep one as it was sent, the write counts as failed. */
  reliedOn?: ReadonlySet<string>;
  columns: readonly InputColumn[];
}

/** An object of such a kind, as its home holds it. */
export interface InputObject<Spec extends InputSpec = InputSpec, Status extends InputStatus = InputStatus> {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    /** Over restarts the same; of an object that was deleted and made again another one. */
    uid: string;
    /** Rises when `spec` changes. */
    generation: number;
    /** RFC 3339. */
    creationTimestamp: string;
  };
  spec: Spec;
  /** As the last pass left it; empty before the first. */
  status: Status;
}

const TICKET = 'an https URL of at most 2048 characters, such as https://tickets.example.com/SEC-42';

/** The fields that the spec of each kind begins with. `of`: the kind in plain words. */
export const inputFields = (of: string) =>
  ({
    policyRef: v.pipe(
      v.strictObject({ name: v.pipe(objectName, immutable(), v.description('Name of the policy; immutable.')) }),
      v.description('The policy, in the same namespace.'),
    ),
    reason: v.pipe(
      text(8, 1024, 'a reason of 8 to 1024 characters'),
      v.description(`Why the ${of} is there, for those who review it; 8 to 1024 characters.`),
    ),
    owner: v.pipe(
      text(1, 253, 'an owner of 1 to 253 characters'),
      v.description('Who answers for it: a team or a person, 1 to 253 characters.'),
    ),
    ticket: v.pipe(
      v.optional(matching(/^https:\/\/[!-~]+$/, 2048, TICKET)),
      v.description('Where it was asked for and discussed, as an https URL.'),
    ),
  }) as const;

/** The fields that the status of each kind begins with. `types`: a sentence that names the conditions. */
export const inputStatusFields = (of: string, types: string) =>
  ({
    observedGeneration: maybe(
      integer(-1, Number.MAX_SAFE_INTEGER, 'a generation'),
      'Generation of the object that the last pass judged.',
    ),
    conditions: maybe(
      listMap(conditionSchema<string, string>(of, types), { key: 'type', max: 16, allowed: 'at most 16 conditions' }),
      types,
    ),
  }) as const;

export type ParsedInput<Spec extends InputSpec = InputSpec> =
  { ok: true; name: string; namespace: string; spec: Spec } | { ok: false; faults: string[] };

/** A document of that kind with its defaults, or its faults in the words of policies. Never throws. */
export function parseInput<Spec extends InputSpec>(kind: InputKind<Spec>, document: unknown): ParsedInput<Spec> {
  const schema = v.strictObject({
    apiVersion: v.literal(API_VERSION, API_VERSION),
    kind: v.literal(kind.kind, kind.kind),
    metadata: objectMetadata,
    spec: kind.spec,
    status: v.optional(v.unknown()),
  });
  const parsed = parseDocument(schema, document);
  if (!parsed.ok) return parsed;
  const { metadata, spec } = parsed.output;
  return { ok: true, name: metadata.name, namespace: metadata.namespace ?? DEFAULT_NAMESPACE, spec };
}

/**
 * What cannot be read of a status that was kept, as words for a sentence; undefined where all of it can. What was done for such an object is
 * not known, which is not that nothing was.
 */
export function inputStatusFault(kind: InputKind, status: unknown): string | undefined {
  const path = keptFault(kind.status, status);
  if (path === undefined) return undefined;
  const field = path === '' ? 'its status' : `its field status.${path}`;
  return `${field} is none that this version knows: another version wrote it, or somebody changed it`;
}

/** What was kept of a status, where it is one of that kind; otherwise none. */
export function keptStatus<Status extends InputStatus>(kind: InputKind<InputSpec, Status>, status: unknown): Status {
  return keptFault(kind.status, status) === undefined ? (status as Status) : ({} as Status);
}
