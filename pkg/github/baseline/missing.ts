/** Answers that do not come, in words, each with the one permission that is missing where that is why. */
import type { Repository } from '../../api/index.js';
import type { BaselinePart } from './types.js';

/** An answer that nobody has. */
export interface Unknown {
  unknown: string;
  fix?: string;
  again?: true;
}

/** As GitHub's settings pages call it. https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
export const PERMISSIONS = {
  metadata: 'Repository permissions > Metadata: Read-only',
  contents: 'Repository permissions > Contents: Read-only',
  administration: 'Repository permissions > Administration: Read-only',
  properties: 'Organization permissions > Custom properties: Read-only',
  scanning: 'Repository permissions > Code scanning alerts: Read-only',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const refused = (permission: Permission, what: string): Unknown => ({
  unknown: `${what} may not be read: the credential lacks ${PERMISSIONS[permission]}`,
  fix: `grant the credential ${PERMISSIONS[permission]}`,
});

export const notAnswered = (what: string): Unknown => ({ unknown: `GitHub did not answer about ${what}`, again: true });

/** What a part is about, in words, and the permission that it takes. */
export const OF_PART: Readonly<Record<BaselinePart, { what: string; permission: Permission }>> = {
  rules: { what: 'the rules in force', permission: 'metadata' },
  classic: { what: 'a classic protection', permission: 'administration' },
  codeowners: { what: 'CODEOWNERS', permission: 'contents' },
  codeownersErrors: { what: 'faults of CODEOWNERS', permission: 'contents' },
};

/** Of an older GitHub Enterprise Server. */
export const lackedBy = (part: BaselinePart): { lacking: string; fix: string } => ({
  lacking: `this version of GitHub does not give ${OF_PART[part].what}`,
  fix: 'update GitHub Enterprise Server, or switch the check off',
});

/** Code Security is paid there. */
export const isPaid = ({ visibility }: Pick<Repository, 'visibility'>): boolean => visibility !== 'Public';
