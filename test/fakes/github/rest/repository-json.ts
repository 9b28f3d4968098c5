/**
 * Repositories as REST renders them (`minimal-repository`, `full-repository`). Rendered once per state and kept: a page of
 * a hundred is half a megabyte of addresses.
 */
import type { Repository } from '../world/repository.js';
import { ownerJSON } from './account-json.js';

const LINKS: Record<string, string> = {
  archive: '/{archive_format}{/ref}',
  assignees: '{/user}',
  'git/blobs': '{/sha}',
  branches: '{/branch}',
  collaborators: '{/collaborator}',
  comments: '{/number}',
  commits: '{/sha}',
  compare: '/{base}...{head}',
  contents: '/{+path}',
  contributors: '',
  deployments: '',
  downloads: '',
  events: '',
  forks: '',
  'git/commits': '{/sha}',
  'git/refs': '{/sha}',
  'git/tags': '{/sha}',
  hooks: '',
  issues: '{/number}',
  keys: '{/key_id}',
  labels: '{/name}',
  languages: '',
  merges: '',
  milestones: '{/number}',
  notifications: '{?since,all,participating}',
  pulls: '{/number}',
  releases: '{/id}',
  stargazers: '',
  statuses: '/{sha}',
  subscribers: '',
  subscription: '',
  tags: '',
  teams: '',
  'git/trees': '{/sha}',
};
/** Where the property's name is not the path's. */
const NAMES: Record<string, string> = {
  'git/blobs': 'blobs',
  'git/commits': 'git_commits',
  'git/refs': 'git_refs',
  'git/tags': 'git_tags',
  'git/trees': 'trees',
};
const MORE_LINKS: Record<string, string> = { 'issues/comments': 'issue_comment', 'issues/events': 'issue_events' };

export const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

function links(url: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [path, template] of Object.entries(LINKS)) out[`${NAMES[path] ?? path}_url`] = `${url}/${path}${template}`;
  out['archive_url'] = `${url}/{archive_format}{/ref}`;
  for (const [path, name] of Object.entries(MORE_LINKS))
    out[`${name}_url`] = `${url}/${path}${name === 'issue_comment' ? '{/number}' : '{/number}'}`;
  return out;
}

const cache = new WeakMap<Repository, Map<string, Record<string, unknown>>>();

function kept(repository: Repository, key: string, make: () => Record<string, unknown>): Record<string, unknown> {
  let forms = cache.get(repository);
  const state = `${key} ${repository.revision} ${repository.fullName}`;
  const found = forms?.get(state);
  if (found) return found;
  const body = make();
  // One state at a time: the old form is never asked for again.
  forms = new Map([...(forms ?? [])].filter(([old]) => old.endsWith(` ${repository.revision} ${repository.fullName}`)));
  forms.set(state, body);
  cache.set(repository, forms);
  return body;
}

export function minimalRepository(api: string, repository: Repository): Record<string, unknown> {
  return kept(repository, `minimal ${api}`, () => {
    const url = `${api}/repos/${repository.fullName}`;
    const html = `https://github.com/${repository.fullName}`;
    const { pushedAt } = repository;
    return {
      id: repository.id,
      node_id: repository.nodeID,
      name: repository.name,
      full_name: repository.fullName,
      private: repository.visibility !== 'public',
      owner: ownerJSON(api, repository.organization),
      html_url: html,
      description: repository.description,
      fork: repository.isFork,
      url,
      ...links(url),
      git_url: `git://github.com/${repository.fullName}.git`,
      ssh_url: `git@github.com:${repository.fullName}.git`,
      clone_url: `${html}.git`,
      svn_url: html,
      homepage: null,
      size: repository.isEmpty ? 0 : 108,
      stargazers_count: 0,
      watchers_count: 0,
      language: null,
      has_issues: repository.hasIssues,
      has_projects: true,
      has_wiki: false,
      has_pages: false,
      has_downloads: true,
      has_discussions: false,
      forks_count: 0,
      mirror_url: null,
      archived: repository.isArchived,
      disabled: repository.isDisabled,
      open_issues_count: 0,
      license: null,
      allow_forking: true,
      is_template: repository.isTemplate,
      topics: [],
      visibility: repository.visibility,
      forks: 0,
      open_issues: 0,
      watchers: 0,
      default_branch: repository.defaultBranch,
      pushed_at: pushedAt === null ? null : time(pushedAt),
      created_at: time(repository.createdAt),
      updated_at: time(repository.updatedAt),
      permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    };
  });
}

export const fullRepository = (api: string, repository: Repository): Record<string, unknown> =>
  kept(repository, `full ${api}`, () => ({
    ...minimalRepository(api, repository),
    // The published schema has no null here, unlike that of lists.
    pushed_at: time(repository.pushedAt ?? repository.createdAt),
    network_count: 0,
    subscribers_count: 0,
    organization: ownerJSON(api, repository.organization),
  }));
