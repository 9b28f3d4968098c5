/** What an endpoint covers, what a list is made of, and what an approval is bound to: by tables, and against the model of the agent. */
import { expect } from 'chai';
import fc from 'fast-check';
import { API_VERSION, EGRESS_RULES, parseInput, type EgressRule } from '../../pkg/api/index.js';
import {
  asInput,
  covers,
  DAY_MS,
  deniedOf,
  egressDigest,
  endpointsFor,
  nextReviewMs,
  overlap,
  phaseOf,
  type InForce,
} from '../../pkg/egress/index.js';
import { agentAllows, agentPlan } from '../workflows/agent-model.js';

const MADE = Date.parse('2026-11-22T10:00:00Z');

const parsed = (spec: object) =>
  parseInput(EGRESS_RULES, {
    ...{ apiVersion: API_VERSION, kind: 'Plus1EgressRule', metadata: { name: 'r' } },
    spec: {
      ...{ policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' },
      ...{ endpoints: ['a.example.com:443'], ...spec },
    },
  });

function rule(spec: object = {}, uid = 'uid-1'): EgressRule {
  const result = parsed(spec);
  if (!result.ok) throw new Error(result.faults.join('; '));
  const metadata = {
    name: 'r',
    namespace: 'default',
    uid,
    generation: 1,
    creationTimestamp: new Date(MADE).toISOString(),
  };
  return { kind: 'Plus1EgressRule', metadata, spec: result.spec, status: {} };
}

const label = fc.constantFrom('a', 'b', 'c1', 'x-y');
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, 'example', 'com'].join('.'));
const port = fc.constantFrom(443, 80, 8443);
const exact = fc.tuple(host, port).map(([name, at]) => `${name}:${at}`);
const entry = fc.oneof(
  exact,
  fc.tuple(host, port).map(([name, at]) => `*.${name}:${at}`),
);

describe('Endpoints of a rule', () => {
  const bad: { endpoint: string; reason: string }[] = [
    { endpoint: 'packages.example.com', reason: 'no port' },
    { endpoint: 'Packages.example.com:443', reason: 'upper case' },
    { endpoint: 'https://packages.example.com:443', reason: 'a scheme' },
    { endpoint: 'packages.example.com/x:443', reason: 'a path' },
    { endpoint: 'packages.example.com:0', reason: 'no such port' },
    { endpoint: 'packages.example.com:65536', reason: 'no such port' },
    { endpoint: 'packages.example.com:0443', reason: 'a port with a zero before it' },
    { endpoint: '10.0.0.1:443', reason: 'an address' },
    { endpoint: '*:443', reason: 'a star alone' },
    { endpoint: '*.com:443', reason: 'a star over one label' },
    { endpoint: 'a.*.example.com:443', reason: 'a star within' },
    { endpoint: 'a*.example.com:443', reason: 'a star in a label' },
    { endpoint: '*.*.example.com:443', reason: 'two stars' },
    { endpoint: 'localhost:443', reason: 'one label' },
    { endpoint: 'a.example.com:443\nb.example.com:443', reason: 'two lines' },
    { endpoint: 'a.example.com:443 #x', reason: 'a comment' },
  ];
  for (const { endpoint, reason } of bad)
    it(`are not ${JSON.stringify(endpoint)}: ${reason}`, () => {
      const result = parsed({ endpoints: [endpoint] });
      expect(result.ok).to.equal(false);
      expect(!result.ok && result.faults.join()).to.match(/^spec\.endpoints\.0: found .*allowed: a lower-case name/);
    });

  for (const endpoint of [
    'a.example.com:443',
    '*.blob.example.net:443',
    '*.example.net:8443',
    'xn--bcher-kva.example:65535',
  ])
    it(`may be ${endpoint}`, () => expect(parsed({ endpoints: [endpoint] }).ok).to.equal(true));

  it('are 1 to 64, each once', () => {
    const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `h${at}.example.com:443`);
    expect([0, 1, 64, 65].map((count) => parsed({ endpoints: many(count) }).ok)).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
    expect(parsed({ endpoints: ['a.example.com:443', 'a.example.com:443'] }).ok).to.equal(false);
  });

  it('of an Emergency have an end, and are no Deny', () => {
    expect(parsed({ kind: 'Emergency' })).to.deep.include({ ok: false });
    const expiresAt = '2026-11-22T20:00:00Z';
    expect(parsed({ kind: 'Emergency', expiresAt }).ok).to.equal(true);
    expect(parsed({ kind: 'Emergency', expiresAt, effect: 'Deny' }).ok).to.equal(false);
  });

  it('cover exactly what the agent lets out for one entry of its list', () => {
    fc.assert(
      fc.property(entry, exact, (own, other) => {
        const [name = '', at = ''] = other.split(':');
        expect(covers(own, other)).to.equal(
          agentAllows(
            agentPlan(own, () => true),
            name,
            Number(at),
          ),
        );
      }),
    );
  });

  it('overlap where one covers the other, and a pattern does not cover its own parent', () => {
    expect(overlap('*.example.net:443', '*.blob.example.net:443')).to.equal(true);
    expect(covers('*.blob.example.net:443', '*.example.net:443')).to.equal(false);
    expect(overlap('*.example.net:443', 'example.net:443')).to.equal(false);
    expect(overlap('a.example.net:443', 'a.example.net:80')).to.equal(false);
  });
});

describe('The list of a job', () => {
  const everywhere = rule().spec.scope;

  it('has what is allowed and reaches nothing that is denied, whatever the rules are', () => {
    const rules = fc.array(
      fc.record({
        effect: fc.constantFrom('Allow' as const, 'Deny' as const),
        endpoints: fc.array(entry, { minLength: 1, maxLength: 4 }),
        scope: fc.constant(everywhere),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(rules, exact, (all: InForce[], probe) => {
        const list = endpointsFor(all, { repository: 'shop', workflow: 'ci.yml' });
        const by = (effect: string): string[] => all.flatMap((each) => (each.effect === effect ? each.endpoints : []));
        for (const denied of by('Deny')) expect(list.some((each) => overlap(each, denied))).to.equal(false);
        for (const allowed of by('Allow'))
          if (!by('Deny').some((denied) => overlap(allowed, denied))) expect(list).to.include(allowed);
        expect(list.every((each) => by('Allow').includes(each))).to.equal(true);
        const plan = agentPlan(list.join(' '), () => true);
        const [name = '', at = ''] = probe.split(':');
        if (by('Deny').some((denied) => covers(denied, probe)))
          expect(agentAllows(plan, name, Number(at))).to.equal(false);
      }),
    );
  });

  it('goes by repository and workflow', () => {
    const scope = { repositories: { include: ['pay-*'], exclude: ['pay-old'] }, workflows: ['release.yml'] };
    const own: InForce[] = [{ effect: 'Allow', endpoints: ['a.example.com:443'], scope }];
    const has = (repository?: string, workflow?: string): boolean =>
      endpointsFor(own, { repository, workflow }).length === 1;
    expect(has('PAY-api', 'release.yml')).to.equal(true);
    expect(has('pay-old', 'release.yml')).to.equal(false);
    expect(has('shop', 'release.yml')).to.equal(false);
    expect(has('pay-api', 'ci.yml')).to.equal(false);
    expect(has('pay-api')).to.equal(true);
    expect(has(undefined, 'ci.yml')).to.equal(false);
    expect(has()).to.equal(true);
  });

  it('is an input that the agent reads as it was meant', () => {
    expect(asInput(['a.example.com:443', 'b.example.com:443'])).to.equal(
      'allowed-endpoints: >\n  a.example.com:443\n  b.example.com:443',
    );
    expect(asInput([])).to.equal("allowed-endpoints: ''");
  });
});

describe('What an approval of a rule is bound to', () => {
  it('is endpoints, scope, effect, kind, end and the very object, in any order', () => {
    const a = rule({ endpoints: ['a.example.com:443', 'b.example.com:443'] });
    const b = rule({ endpoints: ['b.example.com:443', 'a.example.com:443'], reason: 'Something else', owner: 'x' });
    expect(egressDigest(a)).to.equal(egressDigest(b));
    expect(egressDigest(a)).to.match(/^sha256:[0-9a-f]{64}$/);
    const others = [
      rule({ endpoints: ['a.example.com:443'] }),
      rule({ ...a.spec, expiresAt: '2027-01-01T00:00:00Z' }),
      rule({ ...a.spec, effect: 'Deny' }),
      rule({ ...a.spec, scope: { workflows: ['ci.yml'] } }),
      rule({ ...a.spec, scope: { repositories: { include: ['x'] } } }),
      rule(a.spec, 'uid-2'),
    ];
    expect(new Set([a, ...others].map(egressDigest)).size).to.equal(others.length + 1);
  });
});

describe('The force of a rule', () => {
  const terms = (nowMs: number) => ({ nowMs, emergencyLimitMs: DAY_MS });
  const at = (hours: number): string => new Date(MADE + hours * 3_600_000).toISOString();

  const phases: { spec: object; isApproved?: boolean; hours?: number; phase: string }[] = [
    { spec: {}, phase: 'Pending' },
    { spec: {}, isApproved: true, phase: 'InForce' },
    { spec: { effect: 'Deny' }, phase: 'InForce' },
    { spec: { expiresAt: at(5) }, isApproved: true, hours: 4, phase: 'InForce' },
    { spec: { expiresAt: at(5) }, isApproved: true, hours: 5, phase: 'Expired' },
    { spec: { kind: 'Emergency', expiresAt: at(24) }, phase: 'InForce' },
    { spec: { kind: 'Emergency', expiresAt: at(24) }, hours: 24, phase: 'Expired' },
    { spec: { kind: 'Emergency', expiresAt: at(24.1) }, phase: 'Invalid' },
  ];
  for (const { spec, isApproved = false, hours = 0, phase } of phases)
    it(`${JSON.stringify(spec)}${isApproved ? ', approved' : ''}, after ${hours} h: ${phase}`, () => {
      expect(phaseOf(rule(spec), { isApproved }, terms(MADE + hours * 3_600_000))).to.equal(phase);
    });

  it('has to be reviewed again and again, an Emergency first within seven days', () => {
    const made = (spec: object, reviewedMs?: number, isApproved = false): number | undefined =>
      nextReviewMs(rule(spec), { isApproved, ...(reviewedMs !== undefined && { reviewedMs }) });
    expect(made({})).to.equal(undefined);
    expect(made({}, MADE, true)).to.equal(MADE + 90 * DAY_MS);
    expect(made({ effect: 'Deny' })).to.equal(MADE + 90 * DAY_MS);
    const emergency = { kind: 'Emergency', expiresAt: at(1) };
    expect(made(emergency)).to.equal(MADE + 7 * DAY_MS);
    expect(made(emergency, MADE + DAY_MS)).to.equal(MADE + 91 * DAY_MS);
  });

  it('loses to a Deny of any width', () => {
    const deny = (...endpoints: string[]) => [rule({ effect: 'Deny', endpoints })];
    const own = rule({ endpoints: ['*.blob.example.net:443', 'a.example.com:443'] });
    expect(deniedOf(own, deny('x.blob.example.net:443'))).to.deep.equal([
      { endpoint: '*.blob.example.net:443', by: 'r' },
    ]);
    expect(deniedOf(own, deny('*.example.com:443'))).to.deep.equal([{ endpoint: 'a.example.com:443', by: 'r' }]);
    expect(deniedOf(own, deny('a.example.com:80'))).to.deep.equal([]);
  });
});
