import { expect } from 'chai';
import {
  heldEntry,
  heldRelease,
  holdStatus,
  isolationBody,
  isolationFault,
  isolationName,
  mostIsolated,
  recordedBefore,
  sameSettings,
  stillNeededBy,
  type OtherHold,
} from '../../pkg/incident/index.js';

const UID = '3f9a1c07-1111-4111-8111-111111111111';
const ON = { enabled: true, allowed: 'all', shaPinning: false };
const OFF = { enabled: false };

const other = (actions: OtherHold['entry']['actions'], before = ON): OtherHold => ({
  incident: 'first',
  entry: { ...(actions !== undefined && { actions }), actionsBefore: before },
});

describe('isolation by rulesets', () => {
  const body = isolationBody(UID, 'branch', { repositories: [7, 3, 7], teams: [31] });
  const shown = {
    ...{ target: 'branch', enforcement: 'active', members: new Set([3, 7, 9]) },
    refName: { include: ['~ALL'], exclude: [] },
    others: { rules: body.rules, bypassActors: body.bypass_actors },
  };
  const asked = { target: 'branch' as const, repositories: [3, 7], teams: [31] };

  it('is named by the incident, and lets nobody make, move or delete a ref but responders', () => {
    expect(isolationName(UID, 'branch')).to.equal('plus1-incident-3f9a1c07');
    expect(isolationName(UID, 'tag')).to.equal('plus1-incident-3f9a1c07-tags');
    expect(body).to.deep.equal({
      ...{ name: 'plus1-incident-3f9a1c07', target: 'branch', enforcement: 'active' },
      conditions: { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: [3, 7] } },
      rules: [{ type: 'update' }, { type: 'creation' }, { type: 'deletion' }, { type: 'non_fast_forward' }],
      bypass_actors: [{ actor_id: 31, actor_type: 'Team', bypass_mode: 'always' }],
    });
  });

  it('holds where it closes off all who were asked for, and others beside them', () => {
    expect(isolationFault(shown, asked)).to.equal(undefined);
  });

  for (const [what, change, says] of [
    ['a ruleset that only evaluates', { enforcement: 'evaluate' }, /evaluate in place of active/],
    ['one over tags', { target: 'tag' }, /targets tag/],
    ['one without some refs', { refName: { include: ['~ALL'], exclude: ['refs/heads/dev'] } }, /all refs/],
    ['one that leaves a repository out', { members: new Set([3]) }, /leaves out 1 of 2/],
    ['one without a rule', { others: { ...shown.others, rules: [{ type: 'update' }] } }, /lacks the rules creation/],
    [
      'one that lets a stranger pass',
      { others: { ...shown.others, bypassActors: [{ actor_type: 'OrganizationAdmin', actor_id: 1 }] } },
      /lets 1 pass/,
    ],
  ] as const)
    it(`does not take ${what} for an isolation`, () => {
      expect(isolationFault({ ...shown, ...change }, asked)).to.match(says);
    });

  it('counts at most a share of the organization, and never less than one repository', () => {
    expect([
      mostIsolated('10%', 300),
      mostIsolated('10%', 25),
      mostIsolated('0%', 25),
      mostIsolated(0, 25),
    ]).to.deep.equal([30, 3, 1, 1]);
  });
});

describe('the switch of GitHub Actions of two incidents', () => {
  it('keeps as before what was there before the first of them', () => {
    expect(recordedBefore(OFF, [other('Disabled')])).to.deep.equal(ON);
    expect(recordedBefore(OFF, [other('Recorded')])).to.deep.equal(ON);
    expect(recordedBefore(OFF, [other('Restored')])).to.deep.equal(OFF);
    expect(recordedBefore(OFF, [])).to.deep.equal(OFF);
  });

  it('is set back by the last of them alone', () => {
    expect(stillNeededBy([other('Disabled')])).to.equal('first');
    expect(stillNeededBy([other('Restored'), other('Left')])).to.equal(undefined);
  });

  it('compares what GitHub shows: nothing but the switch while it is off', () => {
    const selected = { githubOwned: true, verified: false, patterns: ['a/*', 'b/*'] };
    expect(sameSettings(OFF, { enabled: false, allowed: 'all' })).to.equal(true);
    expect(sameSettings(ON, OFF)).to.equal(false);
    expect(sameSettings(ON, { ...ON, allowed: 'local_only' })).to.equal(false);
    expect(sameSettings(ON, { ...ON, shaPinning: true })).to.equal(false);
    expect(sameSettings({ ...ON, selected }, { ...ON, selected: { ...selected, patterns: ['b/*', 'a/*'] } })).to.equal(
      true,
    );
    expect(sameSettings({ ...ON, selected }, { ...ON, selected: { ...selected, verified: true } })).to.equal(false);
  });
});

describe('what of an incident waits for an approval', () => {
  const target = (id: number, why: 'Named' | 'Refers' = 'Named') => ({ id, name: `r${id}`, why, isArchived: false });

  it('has a hash over who, why and which incident, whatever the order', () => {
    const hash = heldEntry(UID, [target(1), target(2)]).planHash;
    expect(heldEntry(UID, [target(2), target(1)]).planHash).to.equal(hash);
    expect(heldEntry(UID, [target(1), target(2, 'Refers')]).planHash).to.not.equal(hash);
    expect(heldEntry('other', [target(1), target(2)]).planHash).to.not.equal(hash);
    expect(heldRelease(UID, [target(1), target(2)]).planHash).to.not.equal(hash);
  });

  it('goes on from when it began while the reason is the same, and begins again once it expired', () => {
    const held = heldRelease(UID, [target(1)]);
    const terms = { timeoutMs: 3_600_000, approvals: 0, before: undefined };
    const first = holdStatus(held, { ...terms, now: 0 });
    expect(holdStatus(held, { ...terms, before: first, now: 1_000 }).since).to.equal(first.since);
    expect(holdStatus(held, { ...terms, before: first, now: 3_600_001 }).since).to.not.equal(first.since);
    expect(holdStatus(heldEntry(UID, [target(1)]), { ...terms, before: first, now: 1_000 }).since).to.not.equal(
      first.since,
    );
  });
});
