/** Which journal a command reads, and what of it: the folders of a policy, and times as people write them. */
import { join, resolve } from 'node:path';
import { Plus1Error } from '../../../pkg/errors/index.js';
import {
  parseRecordTime,
  nameOfFolder,
  policyFolders,
  readRecords,
  type PolicyFolder,
  type WholeRecord,
} from '../../../pkg/journal/index.js';
import { printable, quote } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import type { CommandIO } from '../io.js';
import { stateFolder } from '../state-folder.js';

export interface PlaceOptions {
  journal?: string[];
  state?: string;
}

/** `--journal`, else `.journal` of the state folder. */
export function rootsOf({ journal, state }: PlaceOptions, io: CommandIO): string[] {
  const named = journal ?? [join(stateFolder(state, readEnvironment(io.env)), '.journal')];
  return named.map((root) => resolve(io.cwd, root));
}

/** The folders of the policy of that name. Throws PLUS1_NOT_KNOWN, and PLUS1_USAGE where several namespaces have one. */
export async function foldersOf(policy: string, options: PlaceOptions, io: CommandIO): Promise<PolicyFolder[]> {
  const slash = policy.indexOf('/');
  const namespace = slash < 0 ? undefined : policy.slice(0, slash);
  const places = rootsOf(options, io);
  const found = await policyFolders(places, { namespace, name: policy.slice(slash + 1) });
  if (found.length === 0) throw await notFound(policy, places, options);
  const namespaces = [...new Set(found.map((each) => each.namespace))];
  if (namespaces.length > 1)
    throw new Plus1Error(
      'PLUS1_USAGE',
      `${quote(policy)} is a policy of several namespaces: ${namespaces.join(', ')}`,
      {
        fix: 'name it as NAMESPACE/NAME',
      },
    );
  return found;
}

const MAX_NAMED = 5;
const WITH_UID = /\.[^.]{1,8}$/;

/** Names the policies that are there: the name is misspelt, or the folder is another one. */
async function notFound(policy: string, places: readonly string[], { journal }: PlaceOptions): Promise<Plus1Error> {
  const folders = (await policyFolders(places)).filter(({ folder }) => WITH_UID.test(folder));
  const names = [...new Set(folders.map((each) => `${each.namespace}/${nameOfFolder(each)}`))].sort();
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const found =
    names.length === 0 ? 'no policy has one there' : `there are ${names.slice(0, MAX_NAMED).join(', ')}${more}`;
  return new Plus1Error(
    'PLUS1_NOT_KNOWN',
    `there is no journal of a policy ${quote(policy)} in ${places.join(', ')}: ${found}`,
    journal === undefined
      ? {}
      : {
          fix: 'check the name, and that --journal is the root of a journal: the folder with a folder for each namespace',
        },
  );
}

/** The records of the policy; a line on standard error for each chain of which not all can be read. */
export async function recordsOf(policy: string, options: PlaceOptions, io: CommandIO): Promise<WholeRecord[]> {
  const { records, unreadable } = await readRecords(await foldersOf(policy, options, io));
  for (const folder of unreadable)
    io.stderr.write(`${printable(folder)} has lines that are no records; run plus1 journal verify on it\n`);
  return records;
}

/** In UTC with milliseconds, as records have it. Throws PLUS1_USAGE. */
export function timeOf(text: string, what: string): string {
  const time = parseRecordTime(text);
  if (time !== undefined) return time;
  throw new Plus1Error(
    'PLUS1_USAGE',
    `${what}: found ${quote(text)}, allowed: a date, or a time with its zone, such as 2026-11-28T04:00:00Z`,
  );
}

export const maybeTime = (text: string | undefined, what: string): string | undefined =>
  text === undefined ? undefined : timeOf(text, what);
