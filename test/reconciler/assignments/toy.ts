/** A toy assignment: endpoints that something may reach, kept in memory. What enters weakens it, and needs to have been asked for. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { Assignment, Guard } from '../../../pkg/governance/index.js';
import type { AssignedItem, AssignedSet } from '../../../pkg/reconciler/assignments/assigned-set.js';

export interface Endpoint extends AssignedItem {
  isAskedFor: boolean;
}

export const endpoint = (id: number, isAskedFor = true): Endpoint => ({
  ...{ id, name: `host-${id}.example.com:443`, status: 'asked', reason: 'is asked for', isAskedFor },
});

const reviewed: Guard = {
  name: 'toy.review',
  scope: 'leave',
  isReleasable: true,
  check: ({ leaving }) =>
    leaving > 0 ? { reason: 'ApprovalRequired', message: `${leaving} endpoints would be allowed` } : undefined,
};

const TOY: Assignment = { name: 'toy', weakens: 'enter', mayBeEmpty: true, guards: [reviewed] };

export class ToySet implements AssignedSet<Endpoint> {
  readonly assignment = TOY;
  readonly target = 'toy-uid';
  readonly inIt = new Map<number, Endpoint>();
  writes = 0;
  /** What becomes of the next write. */
  next: 'applied' | 'lost' | 'refused' = 'applied';

  async read(): Promise<ReadonlyMap<number, Endpoint>> {
    return new Map(this.inIt);
  }

  async write(ids: readonly number[]): Promise<void> {
    this.writes += 1;
    const outcome = this.next;
    this.next = 'applied';
    if (outcome === 'refused') throw new Plus1Error('PLUS1_WRITE_REFUSED', 'the toy refused it');
    const before = new Map(this.inIt);
    this.inIt.clear();
    for (const id of ids) this.inIt.set(id, before.get(id) ?? endpoint(id));
    if (outcome === 'lost') throw new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', 'the answer was lost');
  }

  isSame(ids: ReadonlySet<number>, sent: readonly number[]): boolean {
    return ids.size === sent.length && sent.every((id) => ids.has(id));
  }

  doubt({ isAskedFor }: Endpoint): string | undefined {
    return isAskedFor ? undefined : 'nobody asked for it';
  }
}
