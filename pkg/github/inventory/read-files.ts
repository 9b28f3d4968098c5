/** Reads the files of some repositories afresh, beside the folders that they stand in. */
import type { Repository } from '../../api/index.js';
import { withFields } from '../../base/index.js';
import type { FilesRequest, ObservedRepository } from '../types.js';
import { Absence, type Take } from './absence.js';
import { FileReader, type FileReaderOptions } from './file-reader.js';
import type { FileObservation } from './files-answer.js';

export interface ReadOptions extends Omit<
  FileReaderOptions,
  'paths' | 'withFolder' | 'context' | 'failedAt' | 'onFiles' | 'readAhead'
> {
  context: Omit<FileReaderOptions['context'], 'signal'>;
}

/** Each of `repositories` with its verdict. Throws Plus1Error where nothing can be said at all. */
export async function readFiles<V>(
  options: ReadOptions,
  { paths, repositories, witnesses, judge, readAhead }: FilesRequest<V>,
  signal: AbortSignal,
): Promise<ObservedRepository<V>[]> {
  const observed: ObservedRepository<V>[] = [];
  const absence = new Absence((repository, sight) =>
    observed.push(asObserved(repository, sight, judge(sight.files, repository))),
  );
  const reading = { ...options, paths, context: { ...options.context, signal } };
  witnesses.forEach((repository) => absence.offer(repository));
  await readAll({ ...reading, readAhead, onFiles: absence.take }, repositories);
  await absence.settle((asked, take) => readFolders(reading, asked, take));
  return observed;
}

export function asObserved<V>(
  repository: Repository,
  { commit, branch, author, failed }: FileObservation & { seen: true },
  verdict: V,
): ObservedRepository<V> {
  return {
    // The answer about the files is the later one, and what protects a repository depends on its default branch.
    repository: branch === undefined ? repository : withFields(repository, { defaultBranch: branch }),
    verdict,
    ...(commit === undefined ? {} : { commit }),
    ...(author === undefined ? {} : { author }),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** For a proof only: a second try is enough, since all that is lost without it is this pass's word on what is absent. */
export function readFolders(
  options: Omit<FileReaderOptions, 'onFiles'>,
  repositories: readonly Repository[],
  take: Take,
): Promise<void> {
  return readAll({ ...options, attempts: Math.min(1, options.attempts), onFiles: take }, repositories);
}

async function readAll(options: FileReaderOptions, repositories: readonly Repository[]): Promise<void> {
  const reader = new FileReader({ ...options, withFolder: true });
  try {
    reader.add(repositories);
    await reader.finish();
  } finally {
    await reader.settle();
  }
}
