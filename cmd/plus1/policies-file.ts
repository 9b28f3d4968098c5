/**
 * Files of the policies folder that a command writes: one that is there is replaced, a new one takes nobody's place. Who may read the
 * folder may read it, since the controller often runs as another user.
 */
import { lstatSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { faultText, readBoundedFile, writeAdvice, writeFault, writeFileAtomic } from '../../pkg/base/index.js';
import { DEFAULT_NAMESPACE } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  keyString,
  MAX_POLICY_BYTES,
  readDocuments,
  type InputDocument,
  type PolicyKey,
} from '../../pkg/policies/index.js';
import type { CommandIO } from './io.js';
import { replaceFile } from './replace-file.js';
import type { Named } from './with-field.js';

type Where = Pick<CommandIO, 'cwd' | 'signal'>;

export interface PoliciesFile {
  /** As it was named. */
  path: string;
  text: string;
  /** Puts another text in its place. A link stays, and its target gets the text. Throws PLUS1_OUTPUT_UNWRITABLE. */
  replace: (text: string) => Promise<void>;
}

/** The file of the folder that declares `what`. Throws PLUS1_FILE_UNREADABLE. */
export async function readPoliciesFile(
  { policies, file }: { policies: string; file: string },
  what: string,
  where: Where,
): Promise<PoliciesFile> {
  // What is kept in the state folder says which: no more than a name within the folder counts.
  if (file === '' || basename(file) !== file)
    throw new Plus1Error(
      'PLUS1_USAGE',
      `${JSON.stringify(file)}, which is to declare ${what}, is no name of a file of ${policies}`,
    );
  const path = join(policies, file);
  try {
    // A rename over a link would leave what it leads to as it was.
    const place = await realpath(resolve(where.cwd, path));
    const before = await readBoundedFile(place, { maxBytes: MAX_POLICY_BYTES, signal: where.signal });
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(before);
    const replace = (after: string): Promise<void> => replaceFile({ path: place, before, after }, where);
    return { path, text, replace };
  } catch (cause) {
    where.signal.throwIfAborted();
    const why = cause instanceof TypeError ? 'it is not UTF-8' : faultText(cause);
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${path}, which declares ${what}: ${why}`, {
      cause,
      fix: 'name the policies folder of the controller with --policies, and check that its files may be read',
    });
  }
}

/** What a text of the folder declares of that name; the first one counts. */
export const inputIn = (text: string, { kind, namespace, name }: Named): InputDocument | undefined =>
  readDocuments(text).inputs.find(
    (each) => each.kind.kind === kind && each.name === name && (each.namespace ?? DEFAULT_NAMESPACE) === namespace,
  );

/** What a person hears whose file has the object no more. */
export const notThere = (path: string, key: PolicyKey): Plus1Error =>
  new Plus1Error('PLUS1_USAGE', `${path} does not declare ${keyString(key)} any more`, {
    fix: 'name the policies folder of the controller with --policies; where the file was renamed, wait for a pass',
  });

/** Throws PLUS1_USAGE where something stands there, PLUS1_FILE_UNREADABLE where there is no such folder, PLUS1_OUTPUT_UNWRITABLE. */
export async function makePoliciesFile(
  { policies, file }: { policies: string; file: string },
  text: string,
  where: Where,
): Promise<string> {
  const path = join(policies, file);
  const place = resolve(where.cwd, path);
  const like = modeIn(await folderAt(policies, where));
  const requireFree = (): void => {
    if (lstatSync(place, { throwIfNoEntry: false }) === undefined) return;
    throw new Plus1Error('PLUS1_USAGE', `${path} is there already`, { fix: 'choose another name, or edit that file' });
  };
  try {
    requireFree();
    // Once more at the end: two people may open the same one at the same time.
    await writeFileAtomic(place, text, { signal: where.signal, like, beforeRename: requireFree });
    return path;
  } catch (cause) {
    where.signal.throwIfAborted();
    if (cause instanceof Plus1Error) throw cause;
    throw new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', `cannot write ${path}: ${writeFault(cause)}`, {
      cause,
      ...writeAdvice(cause),
    });
  }
}

async function folderAt(policies: string, { cwd }: Where): Promise<Stats> {
  try {
    const found = await stat(resolve(cwd, policies));
    if (found.isDirectory()) return found;
    throw new Error('it is no folder');
  } catch (cause) {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot use the folder ${policies}: ${faultText(cause)}`, {
      cause,
      fix: 'name the policies folder of the controller with --policies',
    });
  }
}

/** Readable for whom the folder is; root makes it the file of the owner of the folder. */
function modeIn({ mode, uid, gid }: Stats): Pick<Stats, 'mode'> & Partial<Pick<Stats, 'uid' | 'gid'>> {
  return { mode: 0o600 | (mode & 0o044), ...(process.geteuid?.() === 0 && { uid, gid }) };
}
