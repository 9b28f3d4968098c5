import { expect } from 'chai';
import { Replay, type WholeRecord } from '../../pkg/journal/index.js';
import { Changes } from '../../pkg/report/history/changes.js';

const HASH = `sha256:${'1a'.repeat(32)}`;
const OWN = { name: 'plus1_enforcement', purpose: 'Template', sha256: HASH };
const enter = [{ id: 7, name: 'pay-api', status: 'valid_production', reason: 'declares production' }];

function told(...records: { kind: string; data: object }[]): string[] {
  const [changes, replay] = [new Changes(), new Replay()];
  for (const [at, { kind, data }] of records.entries()) {
    const time = `2026-11-28T04:00:0${at}.000Z`;
    const record = { kind, data, time, chain: 'c', seq: at + 1, lastSeq: at + 1, pass: 'p' } as unknown as WholeRecord;
    changes.before(record, replay);
    replay.apply(record);
    changes.take(record, replay);
  }
  return changes.list('').map(({ action, name, outcome, sequence }) => `${action} ${name} ${outcome} ${sequence}`);
}

describe('the changes of a period, where a ruleset was made', () => {
  const intended = { kind: 'CreateIntended', data: { ...OWN, ruleset: {}, members: [7], enter } };
  const proved = { kind: 'CreateProved', data: { ...OWN, id: 77 } };
  const refused = { kind: 'CreateRefused', data: { ...OWN, error: 'so' } };
  const { enter: _enter, ...other } = intended.data;

  const rows: { title: string; records: { kind: string; data: object }[]; is: string[] }[] = [
    { title: 'name who entered by it', records: [intended, proved], is: ['enter pay-api proved 1'] },
    { title: 'tell that nobody knows yet', records: [intended], is: ['enter pay-api open 1'] },
    {
      title: 'name who was in the one that is gone, and is not in the new one',
      records: [
        {
          kind: 'DriftSeen',
          data: {
            added: [
              { id: 7, name: 'pay-api' },
              { id: 8, name: 'ledger' },
            ],
            removed: [],
          },
        },
        ...[intended, proved],
      ],
      is: ['enter pay-api seen 1', 'enter ledger seen 1', 'enter pay-api proved 2', 'leave ledger seen 3'],
    },
    { title: 'name nobody where it was refused', records: [intended, refused], is: [] },
    { title: 'name nobody of another ruleset', records: [{ kind: 'CreateIntended', data: other }, proved], is: [] },
    {
      title: 'name once whom a second try let enter',
      records: [intended, refused, intended, proved],
      is: ['enter pay-api proved 3'],
    },
  ];
  for (const { title, records, is } of rows) it(title, () => expect(told(...records)).to.deep.equal(is));
});
