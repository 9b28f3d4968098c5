/** A row of GitHub's REST list of an organization's repositories, as far as a look at what changed needs it. */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';

const time = v.nullish(
  v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text))),
  ),
);

const rowSchema = v.looseObject({
  id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  node_id: v.pipe(v.string(), v.minLength(1)),
  name: v.pipe(v.string(), v.minLength(1)),
  owner: v.looseObject({ id: v.pipe(v.number(), v.safeInteger()) }),
  private: v.boolean(),
  // Not told by old versions of Enterprise Server.
  visibility: v.optional(v.string()),
  archived: v.optional(v.boolean(), false),
  disabled: v.optional(v.boolean(), false),
  fork: v.optional(v.boolean(), false),
  is_template: v.optional(v.boolean(), false),
  default_branch: v.optional(v.string()),
  pushed_at: time,
  updated_at: time,
});

export const rowsSchema = v.array(rowSchema);

export type RESTRow = v.InferOutput<typeof rowSchema>;

/** The repository, without its head commit: the list does not have it. */
export function repositoryOf(row: RESTRow): Repository {
  return {
    id: row.id,
    nodeID: row.node_id,
    name: row.name,
    visibility: visibilityOf(row),
    isArchived: row.archived,
    isDisabled: row.disabled,
    isEmpty: false,
    isFork: row.fork,
    isTemplate: row.is_template,
    ...(row.default_branch !== undefined && { defaultBranch: row.default_branch }),
  };
}

function visibilityOf(row: RESTRow): Repository['visibility'] {
  if (!row.private) return 'Public';
  return row.visibility === 'internal' ? 'Internal' : 'Private';
}
