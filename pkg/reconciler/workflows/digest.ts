/** What a pass keeps in memory of the workflow files of one repository: what they come to, and what the checklist looks for in them. */
import type { PolicySpec } from '../../api/index.js';
import { seenByChecks, type WorkflowsSeen } from '../../baseline/index.js';
import { summaryOf, type IndexedRepository, type JobSummary } from '../../workflows/index.js';
import { settingsOf } from '../baseline/settings.js';

export interface WorkflowDigest extends JobSummary {
  id: number;
  name: string;
  /** As in the index. */
  head: string;
  tree: string;
  /** Absent where no checklist is asked for. */
  seen?: WorkflowsSeen;
}

/** Makes one of each repository of an index. It holds none of the value that it is made of but texts. */
export function digester(spec: PolicySpec): (repository: IndexedRepository) => WorkflowDigest {
  const seenOf = spec.baseline.enabled ? seenByChecks(settingsOf(spec)) : undefined;
  return (repository) => {
    const { id, name, head, tree, files } = repository;
    const digest: WorkflowDigest = { id, name, head, tree, ...summaryOf(repository, spec.workflows.require) };
    if (seenOf !== undefined) digest.seen = seenOf({ files, unreadable: unreadableOf(repository) });
    return digest;
  };
}

const unreadableOf = ({ files }: IndexedRepository): string[] =>
  files
    .filter(({ path, unknown }) => unknown !== undefined && path.startsWith('.github/workflows/'))
    .map(({ path }) => path);
