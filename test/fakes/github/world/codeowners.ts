/**
 * What GitHub finds faulty in a CODEOWNERS file, in its words. Written from its documentation and apart from the product.
 * https://docs.github.com/en/rest/repos/repos#list-codeowners-errors
 */
import type { Repository } from './repository.js';
import { entryAt } from './git.js';

export interface CodeownersFault {
  line: number;
  column: number;
  kind: string;
  source: string;
  suggestion: string | null;
  message: string;
  path: string;
}

/** The first that is there counts alone. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** Undefined where there is no such file. */
export function codeownersFaults(repository: Repository): CodeownersFault[] | undefined {
  for (const path of PLACES) {
    const entry = entryAt(repository.files, path);
    if (entry?.kind !== 'blob') continue;
    const lines = (entry.blob.text ?? '').split(/\r?\n/);
    return lines.flatMap((source, index) => {
      const kind = kindOf(source, repository.organization.unknownOwners);
      if (kind === undefined) return [];
      const message = `${kind} on line ${index + 1}`;
      return [{ line: index + 1, column: 1, kind, source, suggestion: null, message, path }];
    });
  }
  return undefined;
}

function kindOf(source: string, unknown: ReadonlySet<string>): string | undefined {
  const text = source.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const [pattern = '', ...rest] = text.split(/\s+/);
  const end = rest.findIndex((word) => word.startsWith('#'));
  const owners = end === -1 ? rest : rest.slice(0, end);
  if (pattern.startsWith('!') || pattern.startsWith('\\#') || /[[\]]/.test(pattern)) return 'Invalid pattern';
  if (owners.some((owner) => !/^@\w[\w.-]*(\/[\w.-]+)?$|^[^@]+@[^@]+\.[^@]+$/.test(owner))) return 'Invalid owner';
  return owners.some((owner) => unknown.has(owner)) ? 'Unknown owner' : undefined;
}
