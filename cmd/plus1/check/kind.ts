/** Which kind of credential it is: what it may do, and where that is granted, depends on it. */
import type { Credential, HeaderSight } from '../../../pkg/github/index.js';

/** `workflow`: the token that GitHub Actions or an App made for somebody else's use. */
export type Kind = 'app' | 'classic' | 'oauth' | 'fine-grained' | 'workflow' | 'user';

/** By GitHub's prefixes, and by the scopes that GitHub names for classic and OAuth tokens alone: older ones have no prefix. */
export function kindOf(credential: Credential, { scopes }: HeaderSight): Kind {
  if (credential.kind === 'App') return 'app';
  const { token } = credential;
  if (token.startsWith('github_pat_')) return 'fine-grained';
  if (token.startsWith('ghs_')) return 'workflow';
  if (token.startsWith('ghu_')) return 'user';
  if (token.startsWith('gho_')) return 'oauth';
  return scopes === undefined && !token.startsWith('ghp_') ? 'fine-grained' : 'classic';
}

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  app: 'GitHub App',
  classic: 'classic token',
  oauth: 'token of an OAuth App',
  'fine-grained': 'fine-grained token',
  workflow: 'installation token, such as the GITHUB_TOKEN of a workflow',
  user: 'token of a GitHub App for a user',
};

/** True where scopes say what it may do, not permissions. */
export const hasScopes = (kind: Kind): boolean => kind === 'classic' || kind === 'oauth';
