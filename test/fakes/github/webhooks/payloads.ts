/** Payloads of webhooks, as GitHub's published schemas of them have it (`schema/webhooks.json`). */
import { accountJSON, ownerJSON } from '../rest/account-json.js';
import { minimalRepository, time } from '../rest/repository-json.js';
import { rulesetJSON } from '../rest/ruleset-json.js';
import type { Activity } from '../world/activity.js';
import type { Organization } from '../world/organization.js';
import type { Commit, Repository } from '../world/repository.js';
import { SOMEBODY } from '../world/ruleset.js';
import type { World } from '../world/world.js';

type Payload = Record<string, unknown>;

const ZEROES = '0'.repeat(40);

export interface Told {
  api: string;
  world: World;
  organization: Organization;
}

/** What GitHub tells of that. */
export function payloadOf(activity: Activity, told: Told): Payload {
  const common = { organization: organizationJSON(told), sender: senderJSON(told.api) };
  switch (activity.event) {
    case 'push':
      return { ...pushJSON(activity, told), ...common };
    case 'repository':
      return {
        action: activity.action,
        ...changesOf(activity, told),
        repository: repositoryJSON(told, activity.repository),
        ...common,
      };
    case 'repository_ruleset': {
      const { api, world, organization } = told;
      const view = { api, organization, behaviour: world.behaviour, writable: true };
      const changes = activity.action === 'edited' ? { changes: {} } : {};
      return {
        action: activity.action,
        repository_ruleset: rulesetJSON(view, activity.ruleset),
        ...changes,
        ...common,
      };
    }
    case 'organization':
      return { action: activity.action, changes: { login: { from: activity.from } }, ...common };
  }
}

/** Sent when a hook is made. */
export function pingPayload(
  hook: { id: number; url: string; app?: { id: number } | undefined },
  told: Told | undefined,
): Payload {
  const at = time(Date.UTC(2026, 0, 1));
  return {
    zen: 'Keep it logically awesome.',
    hook_id: hook.id,
    hook: {
      ...{
        type: hook.app === undefined ? 'Organization' : 'App',
        id: hook.id,
        name: 'web',
        active: true,
        events: ['*'],
      },
      config: { content_type: 'json', insecure_ssl: '0', secret: '********', url: hook.url },
      ...{ created_at: at, updated_at: at, ...(hook.app && { app_id: hook.app.id }) },
    },
    ...(told && { organization: organizationJSON(told), sender: senderJSON(told.api) }),
  };
}

function pushJSON({ repository, branch, commit, before }: Extract<Activity, { event: 'push' }>, told: Told): Payload {
  const { login = 'ghost' } = commit.author;
  const row = repositoryJSON(told, repository);
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  return {
    ref: `refs/heads/${branch}`,
    ...{ before: before?.oid ?? ZEROES, after: commit.oid, base_ref: null },
    ...{ created: before === undefined, deleted: false, forced: false },
    compare: `https://github.com/${repository.fullName}/compare/${(before?.oid ?? ZEROES).slice(0, 12)}...${commit.oid.slice(0, 12)}`,
    commits: [commitJSON(commit)],
    head_commit: commitJSON(commit),
    // Of a push alone, the times of a repository are seconds: the schema allows both.
    repository: {
      ...row,
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt ?? repository.createdAt),
    },
    pusher: { name: login, email: `${login}@example.com` },
  };
}

function commitJSON({ oid, repository, message, date, author }: Commit): Payload {
  const person = {
    name: author.name,
    email: `${author.login ?? 'ghost'}@example.com`,
    ...(author.login && { username: author.login }),
  };
  return {
    ...{ id: oid, tree_id: oid, distinct: true, message, timestamp: time(date) },
    url: `https://github.com/${repository.fullName}/commit/${oid}`,
    ...{ author: person, committer: person, added: [], removed: [], modified: [] },
  };
}

function changesOf({ action, changes, from }: Extract<Activity, { event: 'repository' }>, told: Told): Payload {
  if (action === 'transferred' && from !== undefined)
    return { changes: { owner: { from: { organization: organizationJSON({ ...told, organization: from }) } } } };
  return ['edited', 'renamed', 'transferred'].includes(action) ? { changes: changes ?? {} } : {};
}

function repositoryJSON({ api }: Told, repository: Repository): Payload {
  return { ...minimalRepository(api, repository), custom_properties: {} };
}

function organizationJSON({ api, organization }: Told): Payload {
  const { login, id, node_id, avatar_url, repos_url, events_url } = ownerJSON(api, organization);
  const url = `${api}/orgs/${organization.login}`;
  return {
    ...{ login, id, node_id, url, repos_url, events_url, avatar_url, description: null },
    ...{ hooks_url: `${url}/hooks`, issues_url: `${url}/issues` },
    ...{ members_url: `${url}/members{/member}`, public_members_url: `${url}/public_members{/member}` },
  };
}

const senderJSON = (api: string): Payload =>
  accountJSON(api, { id: SOMEBODY.id, login: 'somebody', nodeID: 'U_kgDOAAAQkg', type: 'User' });
