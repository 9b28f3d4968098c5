/** Where a permission is granted, in the names of GitHub's own settings pages. */
import type { Permissions } from '../../../pkg/github/index.js';
import { isGranted } from '../../../pkg/github/index.js';
import { foreignLine } from '../../../pkg/text/index.js';
import { hasScopes, type Kind } from './kind.js';

/** A permission that a pass needs. */
export interface Needed {
  /** As GitHub's API calls it. */
  key: string;
  level: 'read' | 'write';
  /** As the settings pages call it. */
  section: 'Repository permissions' | 'Organization permissions';
  title: string;
  access: 'Read-only' | 'Read and write';
  /** Of a classic token. */
  scope: string;
}

/** https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
export const METADATA: Needed = {
  ...{ key: 'metadata', level: 'read', scope: 'repo' },
  ...{ section: 'Repository permissions', title: 'Metadata', access: 'Read-only' },
};
export const CONTENTS: Needed = { ...METADATA, key: 'contents', title: 'Contents' };
/** GitHub wants `write` to read a ruleset, too. */
export const ADMINISTRATION: Needed = {
  ...{ key: 'organization_administration', level: 'write', scope: 'admin:org' },
  ...{ section: 'Organization permissions', title: 'Administration', access: 'Read and write' },
};

/** For targeting by custom property alone. */
export const PROPERTIES: Needed = {
  ...ADMINISTRATION,
  ...{ key: 'organization_custom_properties', title: 'Custom properties' },
};

/** For issues of repository owners alone. */
export const ISSUES: Needed = {
  ...METADATA,
  ...{ key: 'issues', level: 'write', title: 'Issues', access: 'Read and write' },
};

/** For incidents alone: the switch of GitHub Actions. */
export const SWITCH: Needed = {
  ...METADATA,
  ...{ key: 'administration', level: 'write', title: 'Administration', access: 'Read and write' },
};

/** For incidents alone: who ran a bad action, and what is under way. */
export const RUNS: Needed = {
  ...METADATA,
  ...{ key: 'actions', level: 'write', title: 'Actions', access: 'Read and write' },
};

/** For incidents alone: teams whose members may still push. The scope has that of reading teams in it. */
export const MEMBERS: Needed = {
  ...ADMINISTRATION,
  ...{ key: 'members', level: 'read', title: 'Members', access: 'Read-only' },
};

/** For the shared file of egress rules alone. */
export const CONTENTS_WRITE: Needed = { ...CONTENTS, level: 'write', access: 'Read and write' };
export const PULL_REQUESTS: Needed = {
  ...METADATA,
  ...{ key: 'pull_requests', level: 'write', title: 'Pull requests', access: 'Read and write' },
};

/** For checks of the checklist alone, each for one of them. The scopes have what these read in them. */
export const READ_PROPERTIES: Needed = { ...PROPERTIES, level: 'read', access: 'Read-only' };
export const READ_PROTECTION: Needed = { ...SWITCH, level: 'read', access: 'Read-only' };
export const READ_SCANS: Needed = { ...METADATA, key: 'security_events', title: 'Code scanning alerts' };

/** For `inventory --runs` alone. */
export const READ_RUNS: Needed = { ...RUNS, level: 'read', access: 'Read-only' };

const APPROVAL = 'organization Settings > Personal access tokens > Pending requests';
const TOKENS = 'Settings > Developer settings > Personal access tokens';
const INSTALLED = 'organization Settings > GitHub Apps > Configure';
/** GitHub's own limit is 34 characters. */
const MAX_SLUG = 60;

export const inWords = ({ section, title, access }: Needed): string => `${section} > ${title}: ${access}`;

/** How the permission comes to this credential. `app`: what the App asks for, where it is one. */
export function howToGrant(needed: Needed, kind: Kind, app?: { slug: string; permissions: Permissions }): string {
  if (hasScopes(kind)) {
    return kind === 'classic'
      ? `select the scope ${needed.scope}: ${TOKENS} > Tokens (classic) > the token > ${needed.scope} > Update token`
      : `let the OAuth App ask for the scope ${needed.scope}, or use a GitHub App`;
  }
  if (kind === 'fine-grained') {
    return (
      `grant it: ${TOKENS} > Fine-grained tokens > the token > Edit > ${inWords(needed)} > Update; ` +
      `then let an owner approve it where the organization asks for that: ${APPROVAL}`
    );
  }
  if (kind === 'workflow') {
    return `the GITHUB_TOKEN of a workflow cannot have it: use a GitHub App, or a personal access token from a secret of the repository`;
  }
  return howAppGets(needed, app);
}

/** An App asks, and an owner of the organization accepts: either of the two may be what is missing. */
function howAppGets(needed: Needed, app: { slug: string; permissions: Permissions } | undefined): string {
  const accept = `an owner of the organization accepts it: ${INSTALLED} > Review request > Accept new permissions`;
  if (app !== undefined && isGranted(`${needed.key}: ${needed.level}`, app.permissions)) {
    return `the App asks for it already; ${accept}`;
  }
  const which = app === undefined || app.slug === '' ? 'the App' : foreignLine(app.slug, MAX_SLUG);
  return `let the App ask for it: Settings > Developer settings > GitHub Apps > ${which} > Edit > Permissions & events > ${inWords(needed)} > Save changes; then ${accept}`;
}

/** How the credential comes to see every repository. */
export function howToSeeAll(kind: Kind): string {
  if (kind === 'app') return `let an owner choose all: ${INSTALLED} > Repository access > All repositories > Save`;
  if (kind === 'fine-grained')
    return `choose all: ${TOKENS} > Fine-grained tokens > the token > Edit > Repository access > All repositories`;
  return 'use a GitHub App on all repositories, or the token of an owner of the organization';
}

/** A fine-grained token that nobody has approved looks like one without permissions: both ways out are told. */
export const HOW_TO_APPROVE =
  `let an owner approve it: ${APPROVAL}; if it is not in that list, grant it ${inWords(METADATA)}, Contents: Read-only and ` +
  inWords(ADMINISTRATION);
