/** Numbers in sentences. Pure. */

/** `1 repository`, `5 repositories`. */
export const repositories = (count: number): string => `${count} ${count === 1 ? 'repository' : 'repositories'}`;

/** `1 repository is`, `5 repositories are`. */
export const repositoriesAre = (count: number): string => `${repositories(count)} ${count === 1 ? 'is' : 'are'}`;

/** `1 file is`, `5 files are`. */
export const filesAre = (count: number): string => (count === 1 ? '1 file is' : `${count} files are`);

/** `1 reference`, `5 runs`: of words whose plural ends with an s. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
