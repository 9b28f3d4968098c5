/** No mode of Plus1 writes a workflow file: that takes a permission of its own (Workflows), which is never asked for. */
import { Plus1Error } from '../../errors/index.js';

/** True of what GitHub runs as a workflow, however it is spelled, and of what would become a folder above it. */
function isWorkflowPath(path: string): boolean {
  const parts = path
    .toLowerCase()
    .split(/[/\\]+/)
    .filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || (parts[0] === '.github' && (parts.length === 1 || parts[1] === 'workflows'));
}

/** Throws PLUS1_INTERNAL: the schema of a policy has refused such a path before. */
export function requireNoWorkflow(path: string): void {
  if (isWorkflowPath(path))
    throw new Plus1Error('PLUS1_INTERNAL', `a workflow file was to be written: ${path}; nothing was sent`);
}
