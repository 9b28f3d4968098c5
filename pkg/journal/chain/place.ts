/** Where chains lie: `JOURNAL/<namespace>/<policy>.<uid8>/<writer>.<8 hex>/`, and the names of the files of one. */
import { join } from 'node:path';
import type { PolicyIdentity } from '../record/record.js';

/** The longest segment that is read: it ends at 16 MiB, but for what one pass wrote last. */
export const MAX_SEGMENT_BYTES = 268_435_456;
export const MAX_SMALL_FILE_BYTES = 16_777_216;
/** Where a segment ends. */
export const SEGMENT_BYTES = 16_777_216;

export const CHECKPOINT = 'checkpoint';
export const CHECKPOINTS = 'checkpoints';
export const MANIFEST = 'manifest.json';
export const ATTACHMENTS = 'attachments';
/** In a chain that a person gave up: it is not continued. */
export const CLOSED = 'closed.json';

/** In the folder of a certification, beside the chains that it encloses. */
const CERTIFICATION = 'certification.json';

const SEGMENT = /^(\d{8})\.jsonl(\.gz)?$/;

/** A folder's name must be one name, whatever a policy is called: bare runs name theirs after a ruleset. */
const folderName = (name: string): string =>
  encodeURIComponent(name).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));

/** Of a policy, below the root. */
export function policyFolder({ namespace, name, uid }: Pick<PolicyIdentity, 'namespace' | 'name' | 'uid'>): string {
  return `${folderName(namespace)}/${folderName(name)}.${uid.slice(0, 8)}`;
}

/** True for the last part of the name of a folder of a policy of this name, whatever its uid is. */
export function isOfPolicy(folder: string, { name }: Pick<PolicyIdentity, 'name'>): boolean {
  const own = folderName(name);
  return folder.startsWith(`${own}.`) && /^\.[^.]{1,8}$/.test(folder.slice(own.length));
}

/** Of a new chain. `random`: 8 hexadecimal digits. */
export const chainName = (policy: PolicyIdentity, writer: string, random: string): string =>
  `${policyFolder(policy)}/${folderName(writer)}.${random}`;

/** True for the last part of the name of a chain that this writer made. */
export function isOfWriter(folder: string, writer: string): boolean {
  const name = folderName(writer);
  return folder.startsWith(`${name}.`) && /^\.[0-9a-f]{8}$/.test(folder.slice(name.length));
}

export const segmentFile = (number: number): string => `${String(number).padStart(8, '0')}.jsonl`;

export interface SegmentName {
  number: number;
  isCompressed: boolean;
  file: string;
}

/** The segments among the names in a folder, in order; one that is there in both forms is taken as it was written. */
export function segmentsOf(names: readonly string[]): SegmentName[] {
  const found = new Map<number, SegmentName>();
  for (const file of names) {
    const [, digits, gz] = SEGMENT.exec(file) ?? [];
    if (digits === undefined) continue;
    const number = Number(digits);
    if (gz === undefined || !found.has(number)) found.set(number, { number, isCompressed: gz !== undefined, file });
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Whether a folder is that of a chain. That of a certification has files of these names too; its chains are below it. */
export const looksLikeChain = (names: readonly string[]): boolean =>
  segmentsOf(names).length > 0 ||
  (!names.includes(CERTIFICATION) && (names.includes(MANIFEST) || names.includes(CHECKPOINT)));

export const inChain = (root: string, chain: string, file: string): string => join(root, ...chain.split('/'), file);
