/** What the writer of statuses has to know of a policy's. A test holds it against the schema. */
import type { StatusSettings } from '../../kube/index.js';

export const STATUS: StatusSettings = {
  fieldManager: 'plus1-controller',
  lists: {
    keys: { conditions: 'type', findings: 'status', leaving: 'id', notifications: 'name', ownedRulesets: 'name' },
    required: new Set([
      ...['hold.repositories', 'workflows.jobs', 'baseline.checks', 'egress.withdrawn.endpoints'],
      ...['egress.withdrawn.scope.repositories.include', 'egress.withdrawn.scope.repositories.exclude'],
      ...['egress.withdrawn.scope.workflows', 'egress.sharedFile.foreign.lines'],
    ]),
  },
  // A process that ends between the removal and the next write would have lost the count that `guards.maxLeaving` goes by.
  // The window loses its second owner when it ends.
  neverRemoved: new Set(['window', 'pendingWrite']),
  // The count that `guards.maxLeaving` goes by, the mark of a write to GitHub, and the exit clocks: without one of them kept, a
  // restart would let more leave, or sooner, or would not know of a write that may still be applied. Without the rollback that was
  // carried out or begun, its hold or the window of the entries, each pass would roll back again, or let go what is held.
  reliedOn: new Set([
    'window',
    'entryWindow',
    'pendingWrite',
    'leaving',
    'hold',
    'lastHandledRollbackTo',
    'rollbackBegunTo',
  ]),
  // The mark of a write to GitHub.
  takeBackUnless: 'pendingWrite',
};
