/**
 * The judgement of a list against the model of the agent, which shares no code with it: on random lists they never disagree about
 * whether the job is protected, and about which endpoints it can reach. WORKFLOW_LISTS sets how many lists are tried.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { JudgedJob } from '../../pkg/workflows/index.js';
import { runsOf } from '../sample.js';
import { agentAllows, agentAnswersAll, agentEndpoints, agentPlan, type AgentPlan } from './agent-model.js';
import { codesOf, withList } from './build.js';

const numRuns = Number(process.env['WORKFLOW_LISTS'] ?? runsOf(100_000, 1_500).numRuns);

const host = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('github.com', 'api.github.com', 'a-b.example.org', 'x_y.example.net', 'a.b.'),
  },
  fc.constantFrom('gone.example.org', 'GitHub.com', 'ghcr.io/acme', '10.0.0.1', '10.0.0.0/8', '[::1]', 'ours', ''),
  fc.constantFrom('*', '*.github.com', '*.*', '**', 'g*', '*.GitHub.com', '*.', 'a*b*c', 'x.internal', '10.0.*'),
  fc.constantFrom('https://github.com', 'a,b.com', 'a..b', '#', '#a.com', 'a.com#b', 'http:', '-', 'a;b.com', 'ö.com'),
  fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', ':', '/', '#', '-', 'A', '1', ','), maxLength: 8 }),
);
const port = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', ':443', ':80', ':8443') },
  fc.constantFrom(':', ':0', ':abc', ':+443', ':70000', ':-1', ':443/x', ':443:80', ':443,b.com:443', ':0443'),
);
const blank = fc.oneof(
  { weight: 12, arbitrary: fc.constant(' ') },
  fc.constantFrom('  ', '\n', '\t', ' \n ', '\r\n', ' # ', '\u00a0'),
);
const list = fc.array(fc.tuple(host, port, blank), { maxLength: 6 }).map((entries) => entries.flat().join(''));

/** What DNS is here: every name of several labels is known, but one. */
function resolves(name: string): boolean {
  const labels = name.slice(0, -1).split('.');
  if (name.toLowerCase() === 'gone.example.org.') return false;
  return labels.length > 1 && labels.every((label) => /^[\w-]+$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

describe('judgement and model of the agent', () => {
  it('agree on every list', () => {
    fc.assert(
      fc.property(list, (value) => {
        const plan = agentPlan(value, resolves);
        const job = withList(JSON.stringify(value), { names: new Map([['gone.example.org', 'dead']]) });
        expect(job.agentEndpoints).to.deep.equal(agentEndpoints(value).map(({ token }) => token));
        const isProtected = plan.armed && !agentAnswersAll(plan);
        // A line break or a comment joins entries that were meant apart, which is judged as unprotected whatever is left.
        const isGarbled = /[\n\r#]/.test(value.trim());
        expect(job.status).to.equal(isProtected && !isGarbled ? 'holds' : 'disarmed');
        if (job.status === 'holds') sameReach(plan, job);
      }),
      { numRuns },
    );
  }).timeout(3_600_000);
});

/** What nothing is said about can be reached; what never matches cannot. */
function sameReach(plan: AgentPlan, job: JudgedJob): void {
  const wrong = new Set(job.findings.map(({ found }) => found));
  for (const { token, name, port: to, isPattern } of plan.endpoints) {
    if (!isPattern && !wrong.has(JSON.stringify(token))) expect(agentAllows(plan, name, to), token).to.equal(true);
  }
  const [only] = plan.endpoints;
  if (only === undefined || plan.endpoints.length > 1 || !/endpoint-(?:port|upper-case)/.test(codesOf(job).join()))
    return;
  const target = only.name.replaceAll('*', 'z').toLowerCase();
  expect(agentAllows(plan, target, Number(only.token.split(':')[1] ?? 443)) && isPort(only.port)).to.equal(false);
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

describe('the model of the agent', () => {
  const all = (): boolean => true;

  it('takes everything back where one name is dead', () => {
    const plan = agentPlan('github.com:443 gone.example.org', resolves);
    expect(plan).to.include({ armed: false, dead: 'gone.example.org.' });
    expect(agentAllows(plan, 'evil.example.com', 443)).to.equal(true);
  });

  it('lets out what is listed, at its port, and nothing else', () => {
    const plan = agentPlan('github.com *.example.org:8443', all);
    expect(agentAllows(plan, 'github.com', 443)).to.equal(true);
    expect(agentAllows(plan, 'github.com', 80)).to.equal(false);
    expect(agentAllows(plan, 'a.b.example.org', 8443)).to.equal(true);
    expect(agentAllows(plan, 'evil.example.com', 443)).to.equal(false);
  });

  it('compares only what surrounds the first star', () => {
    expect(agentAnswersAll(agentPlan('*.*.example.org', all))).to.equal(true);
    expect(agentAnswersAll(agentPlan('*.example.org', all))).to.equal(false);
  });

  it('takes a port that is no number for 0', () => {
    expect(agentEndpoints('a.com:x b.com: c.com:+443').map(({ port: at }) => at)).to.deep.equal([0, 0, 443]);
  });
});
