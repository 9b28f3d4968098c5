/** One policy out of one file, for `sync -f`: exactly one, and every fault of it in one error. */
import { faultText, FileFault, readBoundedText } from '../../base/index.js';
import type { Plus1Policy } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { MAX_POLICY_BYTES, readPolicyDocuments } from './document.js';

export interface PolicyFile {
  policy: Plus1Policy;
  /** False where `spec.github.apiURL` is the schema's default, so that `--api-url` may say it. */
  statesApiURL: boolean;
}

/** Throws PLUS1_FILE_UNREADABLE or PLUS1_POLICY_INVALID, each in one line. */
export async function readPolicyFile(path: string, signal: AbortSignal): Promise<PolicyFile> {
  const documents = readPolicyDocuments(await readText(path, signal));
  const [document, second] = documents;
  if (document === undefined)
    throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: found no Plus1Policy, allowed: exactly one`);
  const faults = documents.flatMap((each) => each.faults);
  if (faults.length > 0) throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: ${faults.join('; ')}`);
  if (second !== undefined)
    throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: found ${documents.length} policies, allowed: exactly one`);
  if (document.policy === undefined)
    throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: found no Plus1Policy, allowed: exactly one`);
  const spec = (document.stated as { spec: { github?: { apiURL?: unknown } | null } }).spec;
  return { policy: document.policy, statesApiURL: typeof spec.github?.apiURL === 'string' };
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readBoundedText(path, { maxBytes: MAX_POLICY_BYTES, signal });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    if (thrown instanceof FileFault && ['TOO_LARGE', 'NOT_UTF8'].includes(thrown.code))
      throw new Plus1Error('PLUS1_POLICY_INVALID', `${path}: ${thrown.message}`, { cause: thrown });
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read the policy file ${path}: ${faultText(thrown)}`, {
      cause: thrown,
      ...(thrown instanceof FileFault && ['NOT_REGULAR', 'EISDIR'].includes(thrown.code)
        ? { fix: 'save the policy in a regular file' }
        : {}),
    });
  }
}
