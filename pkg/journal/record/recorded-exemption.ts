/** Which exemption of the records is about a repository. */
import { isMapping } from '../../base/index.js';

/**
 * As a pass finds it: by its id where the policy names one, else by its name, in which case does not count. What is read here in another
 * way would call somebody governed whom the policy released. `exemptions`: of a `Replay`.
 */
export function recordedExemption(
  exemptions: ReadonlyMap<string, unknown>,
  id: number,
  name: string,
): Record<string, unknown> | undefined {
  if (exemptions.size === 0) return undefined;
  const all = [...exemptions.values()].filter(isMapping);
  const isNamed = (called: unknown): boolean =>
    typeof called === 'string' && called.toLowerCase() === name.toLowerCase();
  return (
    all.find((each) => each['repositoryID'] === id) ??
    all.find((each) => each['repositoryID'] === undefined && isNamed(each['repository']))
  );
}
