/** Who is asked about a second time: enough that nothing leaves on one answer, and no more than that. */
import { expect } from 'chai';
import fc from 'fast-check';
import { FINDING_STATUSES, type FindingStatus } from '../../../pkg/api/index.js';
import { guard, policyPlan, toConfirm, type Finding } from '../../../pkg/governance/index.js';
import { clockOf, DAY, findingOf, findingsOf, idsOf, liveOf, NOW, range, reasonOf, specOf } from '../builders.js';

const SPEC = specOf();
const PRODUCTION: Record<number, FindingStatus> = { 99: 'valid_production' };

const cases: {
  title: string;
  status: FindingStatus;
  spec?: object;
  member?: boolean;
  clock?: number;
  read: boolean;
}[] = [
  { title: 'a member whose clock would start', status: 'valid_non_production', read: true },
  { title: 'one whose file is missing', status: 'missing_file', read: true },
  {
    title: 'one whose file may be missing',
    status: 'missing_file',
    spec: { catalog: { onMissing: 'Retain' } },
    read: false,
  },
  { title: 'one whose file is broken', status: 'invalid_yaml', read: false },
  {
    title: 'one whose file is broken, to be released',
    status: 'invalid_yaml',
    spec: { catalog: { onInvalid: 'Release' } },
    read: true,
  },
  { title: 'one in production', status: 'valid_production', read: false },
  { title: 'one that nobody observed', status: 'unobserved', read: false },
  { title: 'one that was archived', status: 'archived_skipped', read: true },
  { title: 'one that was archived, in its grace period', status: 'archived_skipped', clock: NOW - 1, read: false },
  { title: 'one that the policy excludes', status: 'excluded', read: true },
  { title: 'one that is no member', status: 'valid_non_production', member: false, read: false },
  { title: 'one in its grace period', status: 'valid_non_production', clock: NOW - 1, read: false },
  { title: 'one whose grace period is over', status: 'valid_non_production', clock: NOW - DAY, read: true },
  { title: 'one without grace', status: 'valid_non_production', spec: { exit: { gracePeriod: '0s' } }, read: true },
  {
    title: 'one that EnterOnly keeps, with its clock run out',
    status: 'valid_non_production',
    spec: { mode: 'EnterOnly' },
    clock: NOW - DAY,
    read: false,
  },
  {
    title: 'one that EnterOnly keeps, without a clock',
    status: 'valid_non_production',
    spec: { mode: 'EnterOnly' },
    read: true,
  },
];

describe('confirm: who is asked about again', () => {
  for (const { title, status, spec, member = true, clock, read } of cases) {
    it(`${title}: ${read ? 'read' : 'not read'}`, () => {
      const doubtful = {
        findings: findingsOf({ 1: status, ...PRODUCTION }),
        live: liveOf(member ? [1, 99] : [99]),
        clocks: clock === undefined ? [] : [clockOf(1, clock)],
      };
      expect(idsOf(toConfirm(doubtful, specOf(spec), NOW))).to.deep.equal(read ? [1] : []);
    });
  }

  it('no more than there are places for clocks, the smallest ids first, as clocks start', () => {
    const findings = [...range(1, 600).map((id) => findingOf(id, 'missing_file')), findingOf(999, 'valid_production')];
    const ids = idsOf(toConfirm({ findings, live: liveOf(range(1, 600)), clocks: [clockOf(600, NOW - 1)] }, SPEC, NOW));
    expect(ids).to.deep.equal(range(1, 499));
  });

  it('nobody where no repository has a file: nothing of that pass counts against anyone', () => {
    const disabled = findingOf(3, 'unreadable', { reasons: [reasonOf({ code: 'file-disabled' })] });
    const findings = [...findingsOf({ 1: 'missing_file', 2: 'archived_skipped' }), disabled];
    expect(toConfirm({ findings, live: liveOf([1, 2, 3]), clocks: [] }, SPEC, NOW)).to.deep.equal([]);
  });

  it('everybody whom the plan would let leave, or give a clock, if the answers agree', () => {
    const statuses = fc.array(fc.constantFrom(...FINDING_STATUSES), { minLength: 1, maxLength: 12 });
    const settings = fc.record({
      gracePeriod: fc.constantFrom('0s', '1h', '24h'),
      onInvalid: fc.constantFrom('Retain' as const, 'Release' as const),
    });
    fc.assert(
      fc.property(statuses, settings, fc.array(fc.nat(11)), (sights, { gracePeriod, onInvalid }, clocked) => {
        const spec = specOf({ exit: { gracePeriod }, catalog: { onInvalid }, guards: { maxLeaving: '100%' } });
        const unread = sights.map((status, index) => findingOf(index + 1, status, { confirmed: false }));
        const live = liveOf([...range(1, sights.length), 77]);
        const clocks = [...new Set(clocked)].map((index) => clockOf(index + 1, NOW - 2 * DAY));
        const again = new Set(idsOf(toConfirm({ findings: unread, live, clocks }, spec, NOW)));
        const decide = (findings: Finding[]): [number[], number[]] => {
          const memory = { leaving: clocks };
          const decision = guard(
            policyPlan({ findings, absent: [] }, live, spec, memory, NOW),
            spec.guards,
            memory,
            NOW,
          );
          return [idsOf(decision.toLeave), idsOf(decision.clocks)];
        };
        if (!unread.some(({ status }) => status.startsWith('valid_'))) return;
        const some = decide(unread.map((finding) => ({ ...finding, confirmed: again.has(finding.id) })));
        expect(some).to.deep.equal(decide(unread.map((finding) => ({ ...finding, confirmed: true }))));
      }),
    );
  });
});
