/** The workflow files of isolated repositories, as they are at the heads of their default branches. */
import type { IsolatedRepository, Repository } from '../../api/index.js';
import type { Means } from './means.js';

/** By id. One that GitHub does not show is not there. */
export async function workflowTexts(
  rows: readonly IsolatedRepository[],
  { pass, organization, signal }: Means,
): Promise<ReadonlyMap<number, unknown>> {
  const found = new Map<number, unknown>();
  const texts: Repository[] = [];
  for (const { id, name } of rows) {
    const fate = await pass.deps.reader.lookUp(id, signal);
    if (fate.state === 'owned') texts.push(rowOf(id, fate.name, fate.nodeID));
    else found.set(id, { repository: name, state: fate.state });
  }
  await pass.deps.reader.readWorkflows(
    {
      ...{ organization, texts, trees: [], tree: () => undefined },
      found: ({ id }, { head, tree, files }) => void found.set(id, { head, tree, files }),
    },
    signal,
  );
  return found;
}

/** As much of it as the question takes. */
const rowOf = (id: number, name: string, nodeID: string): Repository => ({
  ...{ id, name, nodeID, visibility: 'Private' },
  ...{ isArchived: false, isDisabled: false, isEmpty: false, isFork: false, isTemplate: false },
});
