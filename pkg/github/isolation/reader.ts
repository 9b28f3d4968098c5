/** Reads for an incident: https://docs.github.com/en/rest/actions/permissions, …/actions/workflow-runs, …/branches, …/teams. */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { ActionsSettings } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { Identity } from '../credentials/identity.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import type { ReadChain } from '../requester/chains.js';
import type { Grant } from '../requester/grant.js';
import { redactValuesInError } from '../requester/redact-values.js';
import type { Requester, Route } from '../requester/requester.js';
import type { BranchHead, IsolationReader, RepositoryAt, RepositorySight, RunRow, RunsFound } from './types.js';

const PER_PAGE = 100;
/** A search of runs shows 1,000 at most. */
const MAX_RUN_PAGES = 10;
/** A repository with more branches than 5,000 has its first ones told. */
const MAX_BRANCH_PAGES = 50;
const MAX_HISTORY_PAGES = 5;
/** States of a run that has not ended. https://docs.github.com/en/rest/actions/workflow-runs */
const OPEN_STATES = ['in_progress', 'queued', 'requested', 'waiting', 'pending'] as const;

const repositorySchema = v.looseObject({
  ...{ id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), name: v.string(), archived: v.boolean() },
  owner: v.looseObject({ login: v.string() }),
});
const permissionsSchema = v.looseObject({
  enabled: v.boolean(),
  allowed_actions: v.exactOptional(v.string()),
  sha_pinning_required: v.exactOptional(v.boolean()),
});
const selectedSchema = v.looseObject({
  github_owned_allowed: v.optional(v.boolean(), false),
  verified_allowed: v.optional(v.boolean(), false),
  patterns_allowed: v.optional(v.array(v.string()), []),
});
const branchesSchema = v.array(v.looseObject({ name: v.string(), commit: v.looseObject({ sha: v.string() }) }));
const runsSchema = v.looseObject({
  total_count: v.number(),
  workflow_runs: v.array(
    v.looseObject({
      ...{ id: v.pipe(v.number(), v.safeInteger()), path: v.string(), head_sha: v.string(), created_at: v.string() },
      event: v.optional(v.string(), ''),
      head_branch: v.optional(v.nullable(v.string()), null),
      conclusion: v.optional(v.nullable(v.string()), null),
      triggering_actor: v.nullish(v.looseObject({ login: v.string() })),
    }),
  ),
});
const teamSchema = v.looseObject({ id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });

interface Asking {
  /** In words, after `cannot`. */
  what: string;
  needs: string;
  chain?: ReadChain;
}

export class RepositoryReader implements IsolationReader {
  readonly #requester: Requester;
  readonly #identity: Identity;

  constructor(requester: Requester, identity: Identity) {
    this.#requester = requester;
    this.#identity = identity;
  }

  async repository(at: RepositoryAt, signal: AbortSignal): Promise<RepositorySight | undefined> {
    const asking = {
      ...{ what: `look up the repository ${at.name}`, needs: 'metadata: read', chain: 'essential' as const },
    };
    const isMissing = { notFound: (): undefined => undefined };
    const route = 'GET /repos/{owner}/{repo}';
    const found = await this.#ask(route, repositoryOf(at), { asking, signal, ...isMissing }, repositorySchema);
    const isOurs = found?.owner.login.toLowerCase() === at.organization.toLowerCase();
    return found !== undefined && isOurs ? { id: found.id, name: found.name, isArchived: found.archived } : undefined;
  }

  async actionsSettings(at: RepositoryAt, signal: AbortSignal): Promise<ActionsSettings> {
    const asking = {
      ...{ what: `read the Actions settings of ${at.name}`, needs: 'administration: read' },
      chain: 'essential' as const,
    };
    const route = 'GET /repos/{owner}/{repo}/actions/permissions';
    const found = await this.#ask(route, repositoryOf(at), { asking, signal }, permissionsSchema);
    const { enabled, allowed_actions: allowed, sha_pinning_required: shaPinning } = found;
    const settings = {
      enabled,
      ...(allowed !== undefined && { allowed }),
      ...(shaPinning !== undefined && { shaPinning }),
    };
    if (!enabled || allowed !== 'selected') return settings;
    const selected = await this.#ask(
      'GET /repos/{owner}/{repo}/actions/permissions/selected-actions',
      repositoryOf(at),
      { asking, signal },
      selectedSchema,
    );
    const { github_owned_allowed: githubOwned, verified_allowed: verified, patterns_allowed: patterns } = selected;
    return { ...settings, selected: { githubOwned, verified, patterns } };
  }

  async branches(at: RepositoryAt, signal: AbortSignal): Promise<BranchHead[]> {
    const asking = { what: `list the branches of ${at.name}`, needs: 'contents: read' };
    const found: BranchHead[] = [];
    for (let page = 1; page <= MAX_BRANCH_PAGES; page += 1) {
      const route = 'GET /repos/{owner}/{repo}/branches';
      const query = { ...repositoryOf(at), per_page: PER_PAGE, page };
      const rows = await this.#ask(route, query, { asking, signal }, branchesSchema);
      found.push(...rows.map(({ name, commit: { sha } }) => ({ name, sha })));
      if (rows.length < PER_PAGE) return found;
    }
    throw new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot ${asking.what}: it has more than ${found.length}`);
  }

  async runs(at: RepositoryAt, created: string, signal: AbortSignal): Promise<RunsFound> {
    return this.#runs(at, { created }, signal);
  }

  async openRuns(at: RepositoryAt, signal: AbortSignal): Promise<number[]> {
    const ids = new Set<number>();
    for (const status of OPEN_STATES) for (const { id } of (await this.#runs(at, { status }, signal)).runs) ids.add(id);
    return [...ids].sort((a, b) => b - a);
  }

  async team(organization: string, slug: string, signal: AbortSignal): Promise<number | undefined> {
    const asking = { what: `look up the team ${slug} of ${organization}`, needs: 'members: read' };
    const parameters = { org: organization, team_slug: slug };
    const isMissing = { notFound: (): undefined => undefined };
    const route = 'GET /orgs/{org}/teams/{team_slug}';
    return (await this.#ask(route, parameters, { asking, signal, ...isMissing }, teamSchema))?.id;
  }

  async rulesetHistory(organization: string, id: number, signal: AbortSignal): Promise<unknown[]> {
    const asking = {
      what: `read the history of the ruleset ${id} of ${organization}`,
      needs: 'organization_administration: write',
    };
    const found: unknown[] = [];
    for (let page = 1; page <= MAX_HISTORY_PAGES; page += 1) {
      const query = { org: organization, ruleset_id: id, per_page: PER_PAGE, page };
      const route = 'GET /orgs/{org}/rulesets/{ruleset_id}/history';
      const rows = await this.#ask(route, query, { asking, signal }, v.array(v.unknown()));
      found.push(...rows);
      if (rows.length < PER_PAGE) break;
    }
    return found;
  }

  async #runs(at: RepositoryAt, filter: Record<string, string>, signal: AbortSignal): Promise<RunsFound> {
    const asking = { what: `read the workflow runs of ${at.name}`, needs: 'actions: read' };
    const runs: RunRow[] = [];
    let total = 0;
    for (let page = 1; page <= MAX_RUN_PAGES; page += 1) {
      const route = 'GET /repos/{owner}/{repo}/actions/runs';
      const query = { ...repositoryOf(at), ...filter, per_page: PER_PAGE, page };
      const answer = await this.#ask(route, query, { asking, signal }, runsSchema);
      total = answer.total_count;
      runs.push(...answer.workflow_runs.map(rowOf));
      if (answer.workflow_runs.length < PER_PAGE) break;
    }
    return { runs, total };
  }

  async #ask<T, Missing = never>(
    route: Route,
    parameters: Record<string, unknown>,
    { asking, signal, notFound }: { asking: Asking; signal: AbortSignal; notFound?: () => Missing },
    schema: v.GenericSchema<unknown, T>,
  ): Promise<T | Missing> {
    const { what, needs, chain = 'reads' } = asking;
    try {
      const { data } = await this.#requester.rest(route, parameters, { chain, signal });
      return v.parse(schema, data);
    } catch (error) {
      if (notFound !== undefined && isNotFound(error)) return notFound();
      throw redactValuesInError(mapError(error, this.#context({ what, needs }, signal)), this.#identity.secrets());
    }
  }

  #context({ what, needs }: Asking, signal: AbortSignal): MapContext {
    const { kind, fineGrained } = this.#identity;
    const granted = (): Grant['permissions'] | undefined => this.#identity.known()?.permissions;
    return { what, needs, kind, fineGrained, granted, signal };
  }
}

const repositoryOf = ({ organization, name }: RepositoryAt): Record<string, string> => ({
  owner: organization,
  repo: name,
});

function rowOf(row: v.InferOutput<typeof runsSchema>['workflow_runs'][number]): RunRow {
  const { id, path, head_sha: sha, created_at: time, event, head_branch: branch, conclusion } = row;
  return {
    ...{ id, sha, time, event, branch, conclusion },
    // GitHub writes the branch behind the path of some runs.
    path: path.split('@', 1)[0] ?? path,
    actor: row.triggering_actor?.login ?? null,
  };
}

function isNotFound(error: unknown): boolean {
  const root = rootOf(error);
  return root instanceof RequestError && root.response !== undefined && root.status === 404;
}
