/** Records as OCSF events: each kind is valid by the published schema, and says who, what, when, where and with which outcome. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { KINDS, type Kind } from '../../pkg/journal/index.js';
import { ocsfEvent } from '../../pkg/siem/ocsf/event.js';
import { DATA, HOSTILE, lineOf } from './samples.js';

interface Published {
  $defs: object;
  classes: Record<string, object>;
}

const UIDS: Readonly<Record<number, string>> = {
  3004: 'entity_management',
  2003: 'compliance_finding',
  3002: 'authentication',
  2004: 'detection_finding',
};

const eventOf = (kind: string, data: object, more = {}): Record<string, unknown> => {
  const { record, bytes } = lineOf(kind, data, more);
  return JSON.parse(JSON.stringify(ocsfEvent(record, { bytes, productVersion: '0.2.0' }))) as Record<string, unknown>;
};

describe('A record as an OCSF event', () => {
  const validators = new Map<string, ValidateFunction>();
  before(() => {
    const text = readFileSync(new URL('schema/ocsf-1.8.0.json', import.meta.url), 'utf8');
    const { $defs, classes } = JSON.parse(text) as Published;
    // The schema says what OCSF allows, in more words than the strict mode of ajv knows.
    const ajv = new Ajv2020({ strict: false });
    for (const [name, schema] of Object.entries(classes)) validators.set(name, ajv.compile({ ...schema, $defs }));
  });

  const expectValid = (event: Record<string, unknown>): void => {
    const validate =
      validators.get(UIDS[event['class_uid'] as number] ?? '') ?? expect.fail('a class without a schema');
    expect(validate(event), JSON.stringify(validate.errors)).to.equal(true);
    expect(event['type_uid']).to.equal(Number(event['class_uid']) * 100 + Number(event['activity_id']));
  };

  for (const kind of Object.keys(KINDS) as Kind[]) {
    it(`is valid by the published schema: ${kind}`, () => {
      const event = eventOf(kind, DATA[kind]);
      expectValid(event);
      expect(event).to.have.nested.property('metadata.uid', 'platform/acme.3f9a1c07/plus1-0.8c1d22ab/912');
      expect(event).to.have.property('time', Date.parse('2026-11-28T04:00:00.123Z'));
      expect(event['message']).to.match(/^acme: \S/);
      const { bytes, record } = lineOf(kind, DATA[kind]);
      expect(event).to.have.nested.property('raw_data_hash.value', createHash('sha256').update(bytes).digest('hex'));
      expect(event['unmapped']).to.deep.equal(JSON.parse(JSON.stringify(record)));
    });
  }

  it('is valid for each security event, for a part of a long record, and outside of a pass', () => {
    for (const event of ['FailedAuthentication', 'UnauthorizedAccess', 'SuspiciousActivity', 'DataAnomaly'])
      expectValid(eventOf('SecurityEvent', { event, message: HOSTILE }));
    const part = eventOf('FindingsChanged', DATA.FindingsChanged, { part: [2, 3], pass: null });
    expectValid(part);
    expect(part['message']).to.contain('(part 2 of 3)');
  });

  it('is valid for a kind of a later version, with all that it says', () => {
    const event = eventOf('IncidentOpened', { severity: 'High' });
    expectValid(event);
    expect(event).to.have.nested.property('unmapped.data.severity', 'High');
  });

  it('says who: the controller, the approver with groups, the field manager; nobody where nobody is known', () => {
    expect(eventOf('WriteProved', DATA.WriteProved)).to.have.nested.property(
      'actor.app_name',
      'plus1-controller/0.2.0',
    );
    const approved = eventOf('ApprovalGiven', DATA.ApprovalGiven);
    expect(approved).to.have.nested.property('actor.user.name', 'ann@example.com');
    expect(approved).to.have.nested.property('actor.user.groups[0].name', 'security');
    expect(eventOf('PolicyChanged', DATA.PolicyChanged)).to.have.nested.property('actor.user.name', 'kubectl-edit');
    expect(eventOf('DriftSeen', DATA.DriftSeen)).not.to.have.property('actor');
  });

  it('says with which outcome, and why it failed', () => {
    expect(eventOf('WriteProved', DATA.WriteProved)).to.include({ status: 'Success', status_id: 1 });
    const refused = eventOf('WriteRefused', DATA.WriteRefused);
    expect(refused).to.include({ status: 'Failure', status_id: 2, status_detail: 'PLUS1_GITHUB_REFUSED: 422' });
  });

  it('says that it failed where the record of an outcome does, and what was left undone', () => {
    for (const [kind, state] of [
      ['IsolationEnded', 'refused'],
      ['IsolationEnded', 'unproved'],
      ['SharedFileEnded', 'refused'],
    ] as const) {
      expect(eventOf(kind, DATA[kind]), kind).to.include({ status: 'Success' });
      const failed = eventOf(kind, { ...DATA[kind], state, error: 'PLUS1_WRITE_REFUSED: 422' });
      expectValid(failed);
      expect(failed).to.include({ status: 'Failure', status_detail: 'PLUS1_WRITE_REFUSED: 422', severity: 'High' });
      expect(failed['message']).to.include(' was not ');
    }
    const left = ['pay-api: its Actions are off'];
    const released = eventOf('IncidentReleased', { ...DATA.IncidentReleased, left });
    expectValid(released);
    expect(released).to.include({ status: 'Success', status_detail: left[0] });
  });

  it('says which ruleset: one of an incident by its name, another assignment never as the ruleset of the policy', () => {
    expect(eventOf('IsolationEnded', DATA.IsolationEnded)).to.have.nested.property(
      ...(['entity.name', 'plus1-incident-3f9a1c07'] as const),
    );
    const of = { assignment: 'candidate', target: '3f9a1c07-0000-4000-8000-000000000001' };
    for (const kind of ['WriteIntended', 'WriteProved', 'PlanHeld', 'PlanReleased'] as const) {
      const event = eventOf(kind, { ...DATA[kind], ...of });
      expectValid(event);
      expect(event, kind).to.have.nested.property('entity.name', `${of.assignment} ${of.target}`);
      expect(event['message'], kind).to.include(`acme: ${of.assignment} ${of.target}: `);
    }
  });

  it('says on which repositories', () => {
    const { observables } = eventOf('WriteIntended', DATA.WriteIntended) as { observables: { value: string }[] };
    expect(observables.map(({ value }) => value)).to.deep.equal(['pay-api', 'old-api']);
    expect(eventOf('ExposureStarted', DATA.ExposureStarted)).to.have.nested.property('resources[0].uid', '7');
  });

  it('closes the finding about a repository that it opened', () => {
    const [open, closed] = (['ExposureStarted', 'ExposureEnded'] as const).map((kind) => eventOf(kind, DATA[kind]));
    expect(open).to.include({ activity_name: 'Create', severity: 'High' });
    expect(closed).to.include({ activity_name: 'Close', status: 'Resolved' });
    expect(open).to.have.nested.property('compliance.status', 'Fail');
    expect((closed?.['finding_info'] as { uid: string }).uid).to.equal((open?.['finding_info'] as { uid: string }).uid);
  });

  it('closes no finding with one about several repositories', () => {
    const two = {
      repositories: [...DATA.ExposureEnded.repositories, { ...DATA.ExposureEnded.repositories[0], id: 8 }],
    };
    const uids = [eventOf('ExposureStarted', DATA.ExposureStarted), eventOf('ExposureEnded', two)].map(
      (event) => (event['finding_info'] as { uid: string }).uid,
    );
    expect(new Set(uids)).to.have.property('size', 2);
  });
});
