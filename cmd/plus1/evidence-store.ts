/** Where the evidence of incidents is kept: in the state folder, and never in the room that belongs to journal and state. */
import { StorageReserve, type VolumeSpace } from '../../pkg/base/index.js';
import { EvidenceFolder } from '../../pkg/policies/index.js';

type Space = (folder: string) => Promise<VolumeSpace>;

export function evidenceIn(
  state: string,
  { beforeWrite, space }: { beforeWrite?: (() => void) | undefined; space?: Space | undefined } = {},
): EvidenceFolder {
  const reserve = new StorageReserve({ folder: state, ...(space && { space }) });
  return new EvidenceFolder({ state, beforeWrite, shortage: (bytes) => reserve.shortage(bytes) });
}
