import { expect } from 'chai';
import fc from 'fast-check';
import { MAX_EVENT_NOTE_CHARACTERS } from '../../pkg/api/index.js';
import {
  EventCorrelator,
  MAX_NOTE_CHARACTERS,
  type Correlated,
  type ObjectEvent,
} from '../../pkg/kube/event-correlator.js';

const MINUTE = 60_000;
const event = (message: string, reason = 'DriftRepaired'): ObjectEvent => ({
  type: 'Warning',
  reason,
  action: 'Observe',
  message,
});

describe('EventCorrelator', () => {
  let now = 0;
  let correlator: EventCorrelator;
  beforeEach(() => {
    now = 0;
    correlator = new EventCorrelator(() => now);
  });
  const say = (message: string, reason?: string, uid = 'a'): Correlated | undefined =>
    correlator.correlate({ uid }, event(message, reason));

  it('counts equal events as one, and no others', () => {
    const first = say('one')?.key;
    expect(say('one')?.key).to.equal(first);
    expect(say('two')?.key).not.to.equal(first);
    expect(say('one', 'RulesetChanged')?.key).not.to.equal(first);
    expect(say('one', 'DriftRepaired', 'b')?.key).not.to.equal(first);
  });

  it('tells the tenth similar one, and all after it, as one', () => {
    const said = Array.from({ length: 14 }, (_, index) => say(`message ${index}`));
    expect(new Set(said.slice(0, 9).map((one) => one?.key))).to.have.property('size', 9);
    expect(new Set(said.slice(9).map((one) => one?.key))).to.have.property('size', 1);
    expect(said[8]?.note).to.equal('message 8');
    expect(said[9]?.note).to.equal('(combined from similar events): message 9');
  });

  it('does not take equal ones for many similar ones', () => {
    for (let count = 0; count < 20; count += 1) expect(say('one')?.note).to.equal('one');
  });

  it('tells them apart again after ten quiet minutes', () => {
    for (let index = 0; index < 12; index += 1) say(`message ${index}`);
    now += 10 * MINUTE;
    expect(say('still combined')?.note).to.contain('combined');
    now += 10 * MINUTE + 1;
    expect(say('by itself')?.note).to.equal('by itself');
  });

  it('hears 25 of an object at once, then one every five minutes', () => {
    const heard = Array.from({ length: 40 }, () => say('one')).filter((one) => one !== undefined);
    expect(heard).to.have.length(25);
    now += 5 * MINUTE - 1;
    expect(say('one')).to.equal(undefined);
    now += 1;
    expect(say('one')).not.to.equal(undefined);
    expect(say('one')).to.equal(undefined);
    expect(say('one', 'DriftRepaired', 'another object')).not.to.equal(undefined);
  });

  it('saves no more than 25 up', () => {
    say('one');
    now += 24 * 60 * MINUTE;
    const heard = Array.from({ length: 40 }, () => say('one')).filter((one) => one !== undefined);
    expect(heard).to.have.length(25);
  });

  it('forgets the objects it heard of longest ago, so that it does not grow', () => {
    const first = Array.from({ length: 30 }, () => say('one', 'DriftRepaired', 'first'));
    expect(first.at(-1)).to.equal(undefined);
    for (let index = 0; index < 4_096; index += 1) say('one', 'DriftRepaired', `uid-${index}`);
    expect(say('one', 'DriftRepaired', 'first')).not.to.equal(undefined);
  });

  it('cuts no message that is as long as one of a policy may be', () => {
    expect(MAX_NOTE_CHARACTERS).to.equal(MAX_EVENT_NOTE_CHARACTERS);
  });

  it('never makes a note that the server would refuse', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000, size: 'max' }), (message) => {
        const note = new EventCorrelator(() => 0).correlate({ uid: 'a' }, event(message))?.note ?? '';
        expect([...note].length).to.be.at.most(1_024);
        // Half a character would throw.
        expect(encodeURIComponent(note).length).to.be.at.least(note.length);
      }),
    );
    expect([...(say('x'.repeat(1_025))?.note ?? '')].length).to.equal(1_024);
    expect(say('y'.repeat(1_024))?.note).to.equal('y'.repeat(1_024));
  });
});
