/** The records of one policy, from all its chains, in the order in which they followed each other. */
import { join } from 'node:path';
import { listIfThere, realFiles, type Files } from '../chain/files.js';
import { Groups, type WholeRecord } from '../record/group.js';
import { readEvidence } from '../verify/evidence.js';
import { inOrder } from './in-order.js';
import { foldersBelow } from '../chain/chain-folders.js';

/** The folder of a policy below the root of a journal. */
export interface PolicyFolder {
  namespace: string;
  /** With the first digits of its uid. */
  folder: string;
  path: string;
}

const UID = /\.[0-9a-f]{1,8}$/;

/** The name of the policy of a folder, as far as the folder tells: without the digits of its uid. */
export const nameOfFolder = ({ folder }: PolicyFolder): string => decoded(folder.replace(UID, ''));

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The folders whose policy has that name, or all; `name` may be that of a folder, as of one of two that had the same name. */
export async function policyFolders(
  roots: readonly string[],
  { namespace, name }: { namespace?: string | undefined; name?: string | undefined } = {},
  files: Files = realFiles,
): Promise<PolicyFolder[]> {
  const wanted = name === undefined ? undefined : [name, encodeURIComponent(name)];
  const found: PolicyFolder[] = [];
  for (const root of roots) {
    for (const space of await foldersIn(files, root)) {
      if (namespace !== undefined && ![namespace, encodeURIComponent(namespace)].includes(space)) continue;
      for (const folder of await foldersIn(files, join(root, space))) {
        if (wanted === undefined || wanted.includes(folder) || wanted.includes(folder.replace(UID, '')))
          found.push({
            namespace: space,
            folder,
            path: join(root, space, folder),
          });
      }
    }
  }
  return found;
}

/** What is no folder has no names, and what begins with a dot is no namespace. */
const foldersIn = async (files: Files, folder: string): Promise<string[]> =>
  (await listIfThere(files, folder).catch(() => [])).filter((name) => !name.startsWith('.'));

export interface PolicyRecords {
  records: WholeRecord[];
  /** Lines that are no records, by chain: `verify` says more. */
  unreadable: string[];
}

/** Whole records alone. */
export async function readRecords(folders: readonly PolicyFolder[], files: Files = realFiles): Promise<PolicyRecords> {
  const chains: WholeRecord[][] = [];
  const unreadable: string[] = [];
  for (const { path } of folders) {
    for (const folder of await foldersBelow(files, path)) {
      const { segments } = await readEvidence(files, folder);
      const groups = new Groups();
      const lines = segments.flatMap((segment) => segment.lines);
      const records: WholeRecord[] = [];
      for (const { record } of lines) {
        const whole = record && groups.push(record);
        if (whole !== undefined) records.push(whole);
      }
      chains.push(records);
      const isBroken =
        segments.some(({ fault }) => fault !== undefined) || lines.some(({ record }) => record === undefined);
      if (isBroken) unreadable.push(folder);
    }
  }
  return { records: inOrder(chains), unreadable };
}
