/** The records of one policy, from all its chains, in the order of time. */
import { join } from 'node:path';
import { listIfThere, realFiles, type Files } from '../chain/files.js';
import { Groups, type WholeRecord } from '../record/group.js';
import { readEvidence } from '../verify/evidence.js';
import { foldersBelow } from '../chain/chain-folders.js';

/** The folder of a policy below the root of a journal. */
export interface PolicyFolder {
  namespace: string;
  /** With the first digits of its uid. */
  folder: string;
  path: string;
}

const UID = /\.[0-9a-f]{1,8}$/;

/** The folders whose policy has that name; `name` may be that of a folder, as of one of two that had the same name. */
export async function policyFolders(
  roots: readonly string[],
  { namespace, name }: { namespace: string | undefined; name: string },
  files: Files = realFiles,
): Promise<PolicyFolder[]> {
  const wanted = [name, encodeURIComponent(name)];
  const found: PolicyFolder[] = [];
  for (const root of roots) {
    for (const space of await foldersIn(files, root)) {
      if (namespace !== undefined && ![namespace, encodeURIComponent(namespace)].includes(space)) continue;
      for (const folder of await foldersIn(files, join(root, space))) {
        if (wanted.includes(folder) || wanted.includes(folder.replace(UID, '')))
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

/** Whole records alone; two chains of one time stand in the order of their names. */
export async function readRecords(folders: readonly PolicyFolder[], files: Files = realFiles): Promise<PolicyRecords> {
  const records: WholeRecord[] = [];
  const unreadable: string[] = [];
  for (const { path } of folders) {
    for (const folder of await foldersBelow(files, path)) {
      const { segments } = await readEvidence(files, folder);
      const groups = new Groups();
      const lines = segments.flatMap((segment) => segment.lines);
      for (const { record } of lines) {
        const whole = record && groups.push(record);
        if (whole !== undefined) records.push(whole);
      }
      const isBroken =
        segments.some(({ fault }) => fault !== undefined) || lines.some(({ record }) => record === undefined);
      if (isBroken) unreadable.push(folder);
    }
  }
  return { records: records.sort(byTime), unreadable };
}

/** Sorting is stable, and a chain's own times never go back. */
const byTime = (a: WholeRecord, b: WholeRecord): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);
