/** The list that a job needs, in the form in which the agent reads it. */
import type { EgressRule } from '../api/index.js';
import { overlap } from './endpoints.js';
import { isForRepository, isInScope } from './jobs.js';

/** Rules in force, as far as a list is made of them. */
export type InForce = Pick<EgressRule['spec'], 'effect' | 'endpoints' | 'scope'>;

/** For whom. Without a workflow: what any workflow of the repository needs; without a repository: all of it. */
export interface ListFor {
  repository?: string | undefined;
  workflow?: string | undefined;
}

/** Sorted, each once. A Deny wins: nothing is left that reaches what it denies, a wildcard above it included. */
export function endpointsFor(rules: readonly InForce[], { repository, workflow }: ListFor): string[] {
  const applies = ({ scope }: InForce): boolean => {
    if (repository === undefined) return workflow === undefined || isForWorkflow(scope, workflow);
    return workflow === undefined ? isForRepository(scope, repository) : isInScope(scope, repository, workflow);
  };
  const own = rules.filter(applies);
  const denied = own.filter(({ effect }) => effect === 'Deny').flatMap(({ endpoints }) => endpoints);
  const allowed = own.filter(({ effect }) => effect === 'Allow').flatMap(({ endpoints }) => endpoints);
  return [...new Set(allowed)].filter((each) => !denied.some((other) => overlap(each, other))).sort();
}

const isForWorkflow = ({ workflows }: InForce['scope'], workflow: string): boolean =>
  workflows.length === 0 || workflows.includes(workflow);

/** One line: the agent splits at single blanks, and takes a newline or a comment for part of a name. */
export const asLine = (endpoints: readonly string[]): string => endpoints.join(' ');

/** The input of the step. A folded scalar makes one line of it; a literal one would block everything. */
export const asInput = (endpoints: readonly string[]): string =>
  endpoints.length === 0
    ? "allowed-endpoints: ''"
    : ['allowed-endpoints: >', ...endpoints.map((endpoint) => `  ${endpoint}`)].join('\n');
