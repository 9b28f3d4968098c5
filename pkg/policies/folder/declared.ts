/** What the files of a policies folder declare as they are now: for commands that are about to write another one. */
import { DEFAULT_NAMESPACE, KIND } from '../../api/index.js';
import { FolderScanner } from './scan.js';

export interface Declared {
  kind: string;
  namespace: string;
  name: string;
  /** Of the folder. */
  file: string;
}

/** Policies and inputs of passes, by file; none of a file that cannot be read. Throws what the file system throws. */
export async function declaredIn(folder: string, signal: AbortSignal): Promise<Declared[]> {
  // By this clock every file is old: nobody waits here until one has settled.
  const { files } = await new FolderScanner(folder, () => Number.POSITIVE_INFINITY).scan(signal);
  return files.flatMap(({ name: file, documents, inputs }) =>
    [
      ...documents.map((document) => ({ ...document, kind: KIND })),
      ...inputs.map((document) => ({ ...document, kind: document.kind.kind })),
    ].flatMap(({ kind, name, namespace = DEFAULT_NAMESPACE }) =>
      name === undefined ? [] : [{ kind, namespace, name, file }],
    ),
  );
}
