/** Where the kinds live that are inputs of a policy's pass: documents beside the policies of a folder, or objects of a cluster. */
import type { InputObject, InputStatus } from '../api/index.js';
import type { PolicyEvent } from './home.js';
import type { PolicyKey } from './key.js';

/** Which object, as it was read: another of its name has another uid. */
export interface InputRef {
  kind: string;
  namespace: string;
  name: string;
  uid: string;
}

/** An object that this version cannot read, or whose status it cannot. It stands still: what was done for it stays as it is. */
export interface BrokenInput extends Omit<InputObject, 'spec'> {
  /** What is wrong, in the words of policies. */
  faults: readonly string[];
  /** Set where the status could not be read either: what was done is not known, and nothing may be written over it. */
  isPastUnread?: true;
}

/** The objects of one policy, of all kinds, by kind and name. */
export interface PolicyInputs {
  objects: readonly InputObject[];
  broken: readonly BrokenInput[];
}

export interface InputHome {
  /** Those that name the policy now; the next `setStatus` is one that was decided on them. Throws where nothing can be said of them. */
  list(key: PolicyKey, signal: AbortSignal): Promise<PolicyInputs>;
  /** Writes the whole status. False where the object went, or another has its name: then nothing was written. */
  setStatus(of: InputRef, status: InputStatus, signal: AbortSignal): Promise<boolean>;
  /** Its generation as it is known now; undefined where it went, another has its name, or it cannot be read. */
  generationOf(of: InputRef): number | undefined;
  /** Tells what happened to an object: an event of a cluster, a line of the log. */
  record(of: InputRef, event: PolicyEvent): void;
}

export const inputRef = ({ kind, metadata: { namespace, name, uid } }: Omit<InputObject, 'spec'>): InputRef => ({
  ...{ kind, namespace, name, uid },
});

/** For sorting. */
export function byKindAndName(a: Omit<InputObject, 'spec'>, b: Omit<InputObject, 'spec'>): number {
  const [left, right] = [`${a.kind}/${a.metadata.name}`, `${b.kind}/${b.metadata.name}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
