/** Kind: people are not told of an incident, or are told of one that is over. */
import { expect } from 'chai';
import type { IncidentPhase } from '../../../pkg/api/index.js';
import { noticesOf, type Told } from '../../../pkg/reconciler/incidents/notices.js';

const due = (phase: IncidentPhase, state: 'met' | 'missed' | 'late' | 'open') => ({
  ...{ phase, time: '2026-11-22T10:15:00Z' },
  ...((state === 'met' || state === 'late') && { met: '2026-11-22T10:16:00Z' }),
  ...((state === 'missed' || state === 'late') && { missed: true }),
});

const incident = (name: string, spec: Partial<Told['spec']> = {}, timeline: object = {}): Told => ({
  name,
  spec: { title: 'A token leaked', severity: 'Medium', drill: false, ...spec },
  status: { timeline: { detected: '2026-11-22T10:00:00Z', due: [], ...timeline } },
});

const told = (...incidents: Told[]): Record<string, unknown> =>
  Object.fromEntries(noticesOf(incidents, { areAllKnown: true }));

describe('Notices of incidents', () => {
  it('are over where there is no incident', () => {
    expect(told()).to.deep.equal({ IncidentOpened: undefined, IncidentOverdue: undefined });
  });

  it('are open from the detection of the oldest until the last is released, with the worst severity', () => {
    const second = incident('other', { severity: 'Critical', title: 'Malware' }, { detected: '2026-11-21T10:00:00Z' });
    expect(told(incident('token'), second)['IncidentOpened']).to.deep.equal({
      message: 'token: Medium: A token leaked; other: Critical: Malware',
      severity: 'High',
      since: '2026-11-21T10:00:00Z',
    });
    const over = incident('token', {}, { released: '2026-11-22T12:00:00Z' });
    expect(told(over, second)['IncidentOpened']).to.include({ message: 'other: Critical: Malware' });
    expect(told(over)['IncidentOpened']).to.equal(undefined);
  });

  for (const [severity, is] of [
    ['Critical', 'High'],
    ['High', 'High'],
    ['Medium', 'Warning'],
    ['Low', 'Info'],
  ] as const) {
    it(`have the severity ${is} of one that is ${severity}`, () => {
      expect(told(incident('token', { severity }))['IncidentOpened']).to.include({ severity: is });
    });
  }

  it('are not over where some incidents cannot be read', () => {
    expect(noticesOf([], { areAllKnown: false })).to.deep.equal([]);
    expect(noticesOf([incident('token')], { areAllKnown: false }).map(([event]) => event)).to.deep.equal([
      'IncidentOpened',
    ]);
  });

  it('name an exercise as one', () => {
    expect(told(incident('token', { drill: true }))['IncidentOpened']).to.include({
      message: 'token (drill): Medium: A token leaked',
    });
  });

  it('are late as long as something is late and not met', () => {
    const late = incident(
      'token',
      {},
      { due: [due('triage', 'late'), due('response', 'missed'), due('review', 'open')] },
    );
    expect(told(late)['IncidentOverdue']).to.include({ message: 'token: not met in time: immediate response' });
    expect(
      told(incident('token', {}, { due: [due('triage', 'met'), due('response', 'late')] }))['IncidentOverdue'],
    ).to.equal(undefined);
    const reviewed = { released: '2026-11-22T12:00:00Z', due: [due('review', 'missed')] };
    expect(told(incident('token', {}, reviewed))['IncidentOverdue']).to.include({
      message: 'token: not met in time: post-incident review',
    });
  });
});
