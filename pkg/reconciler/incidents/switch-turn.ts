/** A write of the switch of one repository, in its turn among the writes of the credential. */
import type { IsolatedRepository } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { FailedWrite, GitHubWriter, RepositoryAt, WriteOptions } from '../../github/index.js';
import { nowOf, type Means } from './means.js';
import { requireSame } from './same-repository.js';

export type Sent = { state: 'answered' } | FailedWrite;

export interface SwitchWrite {
  row: IsolatedRepository;
  at: RepositoryAt;
  assertMaySend: NonNullable<WriteOptions['assertMaySend']>;
  write: (isolation: GitHubWriter['isolation'], options: WriteOptions) => Promise<Sent>;
}

/** Throws where the name is that of another repository by then: the turn may have taken a minute to come. */
export function sendSwitch({ row, at, assertMaySend, write }: SwitchWrite, means: Means): Promise<Sent> {
  const { pass, signal } = means;
  const { writer } = pass.deps;
  if (writer === undefined) throw new Plus1Error('PLUS1_INTERNAL', 'a dry run was to set a switch of Actions');
  return writer.inTurn(async () => {
    await requireSame(row, at.name, means);
    const now = nowOf(means);
    return write(writer.isolation, { sendByMs: now + SEND_MS, beginByMs: now + SAME_FOR_MS, assertMaySend });
  }, signal);
}

/** A write leaves within this time of the read before it, or not at all. */
export const SEND_MS = 60_000;

/** A write that goes by a name leaves so soon after the look at whose it is. */
const SAME_FOR_MS = 5_000;
