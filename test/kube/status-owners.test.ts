/** Kind: a status with a second owner. Server-side apply cannot remove what somebody else owns too. */
import { expect } from 'chai';
import type { ManagedFields } from '../../pkg/kube/kube-object.js';
import { otherOwners, withoutShared } from '../../pkg/kube/status-owners.js';
import { WIDGET_STATUS, widget } from './support/objects.js';

const part = (id: number): object => ({ id, name: `repo-${id}`, reason: 'worn', since: 'x', dueTime: 'y' });
const STATUS = {
  orderID: 1,
  parts: [part(1), part(2)],
  findings: [{ status: 'unreadable', count: 1 }],
  shift: { startTime: 'x', members: 3, left: 1 },
  machine: { id: 7, members: 3 },
};

const OURS: ManagedFields = {
  manager: 'widget-keeper',
  operation: 'Apply',
  subresource: 'status',
  fieldsV1: { 'f:status': { 'f:orderID': {} } },
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
    of: 'the list itself, as a merge patch of an older version left it',
    managedFields: [OURS, by({ 'f:parts': {} }, { manager: 'widget-keeper' })],
    owners: ['widget-keeper (Update)'],
    gone: ['parts'],
  },
  {
    of: 'one field of one part',
    managedFields: [OURS, SPEC, by({ 'f:parts': { 'k:{"id":2}': { 'f:since': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['parts/2'],
  },
  {
    of: 'a list with its entries',
    managedFields: [by({ 'f:parts': { '.': {}, 'k:{"id":1}': { '.': {} }, 'k:{"id":2}': { '.': {} } } }), OURS],
    owners: ['kubectl-patch (Update)'],
    gone: ['parts'],
  },
  {
    of: 'every entry of a list',
    managedFields: [OURS, by({ 'f:findings': { 'k:{"status":"unreadable"}': { 'f:count': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['findings'],
  },
  {
    of: 'a part of a map, which the schema takes as a whole only',
    managedFields: [OURS, by({ 'f:machine': { 'f:members': {} } })],
    owners: ['kubectl-patch (Update)'],
    gone: ['machine'],
  },
  {
    of: 'what the settings never remove, since it must not be gone for a moment',
    managedFields: [OURS, by({ 'f:shift': { '.': {}, 'f:left': {} }, 'f:order': {} })],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
  {
    of: 'two others, one by apply and one through the object itself',
    managedFields: [
      by({ 'f:orderID': {} }, { operation: 'Apply', manager: 'velero' }),
      by({ 'f:machine': { '.': {} } }, { subresource: '' }),
    ],
    owners: ['velero (Apply)', 'kubectl-patch (Update)'],
    gone: ['orderID', 'machine'],
  },
  {
    of: 'fields that are not there, and words of a later server',
    managedFields: [by({ 'f:stop': {}, '.': {}, 'x:new': {} }), { manager: 'x', fieldsV1: 'text' }, {}],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
  {
    of: 'a key that is no JSON',
    managedFields: [by({ 'f:parts': { 'k:{"id":': { 'f:since': {} } } })],
    owners: ['kubectl-patch (Update)'],
    gone: [],
  },
];

describe('the other owners of a status', () => {
  for (const { of, managedFields, owners, gone } of rows) {
    it(`by managedFields: ${of}`, () => {
      const object = widget({ status: STATUS, managedFields });
      expect(otherOwners(object, WIDGET_STATUS)).to.deep.equal(owners);
      const rest = withoutShared(STATUS, object, WIDGET_STATUS) as Record<string, unknown>;
      const missing = Object.keys(STATUS).filter((key) => rest[key] === undefined);
      const parts = (rest['parts'] ?? []) as { id: number }[];
      const left = [1, 2].filter((id) => parts.length > 0 && !parts.some((each) => each.id === id));
      expect([...missing, ...left.map((id) => `parts/${id}`)]).to.deep.equal(gone);
    });
  }

  it('are none where the server does not say', () => {
    expect(otherOwners(widget({ status: STATUS }), WIDGET_STATUS)).to.deep.equal([]);
    expect(withoutShared(STATUS, widget({ status: STATUS }), WIDGET_STATUS)).to.deep.equal(STATUS);
  });
});
