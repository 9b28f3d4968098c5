/** The answers that `check` looks at, as far as it looks at them. Each throws a ValiError for what is none. */
import * as v from 'valibot';
import type { LimitSight, OrganizationSight, RepositoriesSight } from './sights.js';

const integer = v.pipe(v.number(), v.safeInteger());
const limit = v.looseObject({ limit: integer, remaining: integer, reset: integer });

/** What a pass uses: REST and GraphQL have limits of their own. */
const RESOURCES = ['core', 'graphql'] as const;

const limitsSchema = v.looseObject({ resources: v.looseObject({ core: limit, graphql: v.optional(limit) }) });

const organizationSchema = v.looseObject({
  id: integer,
  login: v.string(),
  public_repos: v.optional(integer),
  total_private_repos: v.optional(integer),
});

const repositoriesSchema = v.array(
  v.looseObject({
    name: v.string(),
    private: v.boolean(),
    disabled: v.optional(v.boolean(), false),
    size: v.optional(v.number()),
  }),
);

/** A few are enough: each one is a request. */
const MAX_PRIVATE = 3;

export function decodeLimits(data: unknown): LimitSight['limits'] {
  const { resources } = v.parse(limitsSchema, data);
  return RESOURCES.flatMap((resource) => {
    const found = resources[resource];
    if (found === undefined) return [];
    return [{ resource, limit: found.limit, remaining: found.remaining, resetMs: found.reset * 1_000 }];
  });
}

export function decodeOrganization(data: unknown): OrganizationSight {
  const { id, login, public_repos, total_private_repos } = v.parse(organizationSchema, data);
  return {
    id,
    login,
    ...(public_repos === undefined ? {} : { publicCount: public_repos }),
    ...(total_private_repos === undefined ? {} : { privateCount: total_private_repos }),
  };
}

/** GitHub counts an internal repository as private. One of size 0 is empty, as a rule: it could show nothing. */
export function decodeRepositories(data: unknown): { count: number } & Pick<RepositoriesSight, 'private'> {
  const all = v.parse(repositoriesSchema, data);
  const withContent = all.filter((each) => each.private && !each.disabled && each.size !== 0);
  return { count: all.length, private: withContent.map(({ name }) => name).slice(0, MAX_PRIVATE) };
}

/** The number of the last page in a Link header; none where there is one page. */
export function lastPage(link: string | undefined): number | undefined {
  const number = /<[^<>]*[?&]page=(\d{1,9})[^<>]*>;\s*rel="last"/.exec(link ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}
