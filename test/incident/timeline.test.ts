import { expect } from 'chai';
import { newlyMissed, nextDueMs, PHASE_TIMES, timeline, type Reached } from '../../pkg/incident/index.js';

const NOTHING: Reached = {
  ...{ acknowledged: false, evidence: false, isolated: false, inventoried: false, released: false, isHeld: false },
};
const detectedMs = Date.UTC(2025, 2, 14, 16);
const at = (minutes: number): number => detectedMs + minutes * 60_000;

describe('the clocks of an incident', () => {
  it('run from the detection: 15 min, 30 min, 2 h, 4 h, 24 h, 1 week', () => {
    const { due } = timeline(undefined, { detectedMs, reached: NOTHING, now: at(0) });
    expect(due.map(({ time }) => (Date.parse(time) - detectedMs) / 60_000)).to.deep.equal([
      15, 30, 120, 240, 1440, 10080,
    ]);
    expect(due.some(({ missed }) => missed === true)).to.equal(false);
  });

  it('keep a time that was reached, whatever is true later', () => {
    const first = timeline(undefined, { detectedMs, reached: { ...NOTHING, isolated: true }, now: at(5) });
    const later = timeline(first, { detectedMs, reached: NOTHING, now: at(90) });
    expect(later.isolated).to.equal(new Date(at(5)).toISOString());
  });

  it('are met in time or missed, and each miss is told once', () => {
    const reached = { ...NOTHING, acknowledged: true, isolated: true };
    const early = timeline(undefined, { detectedMs, reached, now: at(10) });
    const late = timeline(early, { detectedMs, reached, now: at(31) });
    expect(newlyMissed(early, late)).to.deep.equal(['response']);
    expect(newlyMissed(late, timeline(late, { detectedMs, reached, now: at(40) }))).to.deep.equal([]);
    const kept = timeline(late, { detectedMs, reached: { ...reached, evidence: true }, now: at(45) });
    expect(kept.due[1]).to.include({ phase: 'response', met: new Date(at(45)).toISOString(), missed: true });
  });

  it('do not call an incident contained while something is held', () => {
    const reached = { ...NOTHING, isolated: true, inventoried: true };
    const phase = (isHeld: boolean): string | undefined =>
      timeline(undefined, { detectedMs, reached: { ...reached, isHeld }, now: at(20) }).due[3]?.met;
    expect(phase(true)).to.equal(undefined);
    expect(phase(false)).to.be.a('string');
  });

  it('say when the next one runs out', () => {
    const begun = timeline(undefined, { detectedMs, reached: { ...NOTHING, acknowledged: true }, now: at(1) });
    expect(nextDueMs(begun, at(1))).to.equal(detectedMs + PHASE_TIMES.response);
    expect(nextDueMs(begun, at(20_000))).to.equal(undefined);
  });
});
