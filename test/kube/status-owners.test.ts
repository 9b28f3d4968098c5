/** Kind: a status with a second owner. Server-side apply cannot remove what somebody else owns too. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { ManagedFields } from '../../pkg/kube/kube-object.js';
import { otherOwners, withoutShared } from '../../pkg/kube/status-owners.js';
import { policy } from './support/objects.js';

const clock = (id: number): object => ({ id, name: `repo-${id}`, reason: 'missing_file', since: 'x', dueTime: 'y' });
const STATUS = {
  organizationID: 1,
  leaving: [clock(1), clock(2)],
  findings: [{ status: 'unreadable', count: 1 }],
  window: { startTime: 'x', members: 3, left: 1 },
  ruleset: { id: 7, members: 3 },
} as unknown as PolicyStatus;

const OURS: ManagedFields = {
  manager: 'plus1-controller',
  operation: 'Apply',
  subresource: 'status',
  fieldsV1: { 'f:status': { 'f:organizationID': {} } },
};
/** As kube-apiserver 1.35 words them. */
const by = (fields: object, more: Partial<ManagedFields> = {}): ManagedFields => ({
  manager: 'kubectl-patch',
  operation: 'Update',
  subresource: 'status',
  fieldsV1: { 'f:status': fields },
  ...more,
});
const SPEC: ManagedFields = { manager: 'kubectl-create', operation: 'Update', fieldsV1: { 'f:spec': { '.': {} } } };

const rows: { of: string; managedFields: ManagedFields[]; owners: string[]; gone: string[] }[] = [
  { of: 'our apply and the spec of somebody', managedFields: [OURS, SPEC], owners: [], gone: [] },
  {
    of: 'the list itself, as a merge patch of an older Plus1 left it',
    managedFields: [OURS, by({ 'f:leaving': {} }, { manager: 'plus1-controller' })],
    owners: ['plus1-controller (Update)'],
    gone: ['leaving'],
  },
  {
    of: 'one field of one clock',
    managedFields: [OURS, SPEC, by({ 'f:leaving': { 'k:{"id":2}': { 'f:since': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['leaving/2'],
  },
  {
    of: 'a list with its entries',
    managedFields: [by({ 'f:leaving': { '.': {}, 'k:{"id":1}': { '.': {} }, 'k:{"id":2}': { '.': {} } } }), OURS],
    owners: ['kubectl-patch (Update)'],
    gone: ['leaving'],
  },
  {
    of: 'every entry of a list',
    managedFields: [OURS, by({ 'f:findings': { 'k:{"status":"unreadable"}': { 'f:count': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['findings'],
  },
  {
    of: 'a part of a map, which the schema takes as a whole only',
    managedFields: [OURS, by({ 'f:ruleset': { 'f:members': {} } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['ruleset'],
  },
  {
    of: 'what a guard counts, which must not be gone for a moment',
    managedFields: [OURS, by({ 'f:window': { '.': {}, 'f:left': {} }, 'f:pendingWrite': {} })],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
  {
    of: 'two others, one by apply and one through the object itself',
    managedFields: [
      by({ 'f:organizationID': {} }, { operation: 'Apply', manager: 'velero' }),
      by({ 'f:ruleset': { '.': {} } }, { subresource: '' }),
    ],
    owners: ['velero (Apply)', 'kubectl-patch (Update)'],
    gone: ['organizationID', 'ruleset'],
  },
  {
    of: 'fields that are not there, and words of a later server',
    managedFields: [by({ 'f:hold': {}, '.': {}, 'x:new': {} }), { manager: 'x', fieldsV1: 'text' }, {}],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
  {
    of: 'a key that is no JSON',
    managedFields: [by({ 'f:leaving': { 'k:{"id":': { 'f:since': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
];

describe('the other owners of a status', () => {
  for (const { of, managedFields, owners, gone } of rows) {
    it(`by managedFields: ${of}`, () => {
      const object = policy({ status: STATUS, managedFields });
      expect(otherOwners(object)).to.deep.equal(owners);
      const rest = withoutShared(STATUS, object) as Record<string, unknown>;
      const missing = Object.keys(STATUS).filter((key) => rest[key] === undefined);
      const leaving = (rest['leaving'] ?? []) as { id: number }[];
      const clocks = [1, 2].filter((id) => leaving.length > 0 && !leaving.some((each) => each.id === id));
      expect([...missing, ...clocks.map((id) => `leaving/${id}`)]).to.deep.equal(gone);
    });
  }

  it('are none where the server does not say', () => {
    expect(otherOwners(policy({ status: STATUS }))).to.deep.equal([]);
    expect(withoutShared(STATUS, policy({ status: STATUS }))).to.deep.equal(STATUS);
  });
});
