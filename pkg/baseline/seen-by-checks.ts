/** Of the workflow files of many repositories what checks look at, so that the rest of it need not be kept. */
import type { BaselineSettings, WorkflowsSeen } from './types.js';

type File = WorkflowsSeen['files'][number];

/**
 * Leaves out each use that is not of the security workflow. What it returns holds nothing of what it is given but texts; files that have the
 * same name and no such use are one object.
 */
export function seenByChecks({ securityWorkflow: { uses } }: BaselineSettings): (seen: WorkflowsSeen) => WorkflowsSeen {
  const wanted = uses?.replace(/@.*$/, '').toLowerCase();
  const plain = new Map<string, File>();
  const plainOf = (path: string): File => {
    const known = plain.get(path);
    if (known !== undefined) return known;
    const file = { path, uses: [] };
    plain.set(path, file);
    return file;
  };
  return ({ files, unreadable }) => ({
    files: files.map(({ path, uses: all }) => {
      const those = all.filter(({ name }) => name.toLowerCase() === wanted);
      return those.length === 0 ? plainOf(path) : { path, uses: those.map(({ name, ref }) => ({ name, ref })) };
    }),
    unreadable: unreadable.length === 0 ? NONE : [...unreadable],
  });
}

const NONE: readonly string[] = [];
