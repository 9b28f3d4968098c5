/** Whether the checkpoints that are kept are those that checkpoints name. */
import { CHECKPOINT, CHECKPOINTS } from '../chain/place.js';
import { isAsNamed } from '../chain/keep-note.js';
import type { Checkpoint } from '../proof/checkpoint.js';
import { contradicted, type Kept } from '../proof/kept.js';
import type { Found } from './checkpoints.js';
import type { Evidence } from './evidence.js';
import { fileFault, type Fault } from './fault.js';

/** `own`: checkpoints of the journal itself, whose signatures are right. One of an earlier version names nothing, and proves nothing here. */
export function judgeKept({ checkpoints: text }: Evidence, own: readonly Found[]): Fault[] {
  const newest = own.find(({ source }) => source === 'newest')?.checkpoint;
  const naming = own.map(({ checkpoint }) => checkpoint).filter(names);
  const [first] = contradicted(text ?? '', naming);
  if (first !== undefined) return [fault(whatOf(text, first), first)];
  if (newest !== undefined && !isAsNamed(text ?? '', newest))
    return [fault(`it has more than the checkpoints that ${CHECKPOINT} names`, newest)];
  return [];
}

const names = (checkpoint: Checkpoint): checkpoint is Checkpoint & { kept: Kept } => checkpoint.kept !== undefined;

const fault = (what: string, { size }: Checkpoint): Fault => ({
  ...fileFault('signature-wrong', CHECKPOINTS, what),
  sequence: size,
});

function whatOf(text: string | undefined, { kept, size }: Checkpoint & { kept: Kept }): string {
  const by = `the checkpoint over ${size} records names the first ${kept.bytes} bytes of it`;
  if (text === undefined) return `it is missing, and ${by}`;
  if (Buffer.byteLength(text) < kept.bytes)
    return `checkpoints in it are missing: ${by}, and there are ${Buffer.byteLength(text)}`;
  return `checkpoints in it are missing, moved, there twice or changed: ${by}, which are other ones`;
}
