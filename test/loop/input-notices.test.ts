/** Kind: an incident or a rollout that goes wrong and nobody is told, or told each pass. Over a folder, in virtual time, with a channel. */
import { expect } from 'chai';
import { town } from '../builders.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import type { Organization } from '../fakes/github/index.js';
import { becomes } from './input.js';
import { HOUR, Loop, MINUTE } from './loop.js';
import { incident } from './incident-document.js';
import { QUICK, rolloutText } from './rollout-stage.js';

interface Told {
  type: string;
  data: { state: string; severity: string; message: string; since: string; repositories?: string[] };
}

describe('The loop over a folder: channels hear of incidents and rollouts', () => {
  let loop: Loop;
  let acme: Organization;
  let hook: ChannelServer;

  beforeEach(async () => {
    acme = town({ members: 10 });
    acme.plan = 'enterprise';
    hook = await webhookServer(() => loop.clock.now()).start();
    loop = await Loop.open({ organizations: [acme], notifyAllowedHost: [hook.host] });
    loop.secret('hook', { url: `http://${hook.host}/hiddenpath`, signingKey: SIGNING_KEY });
    const channel = { name: 'hook', type: 'Webhook', secretRef: { name: 'hook' }, minSeverity: 'Warning' };
    const spec = { notifications: [channel], isolation: { max: '100%' }, schedule: { interval: '1h' } };
    loop.put('acme.yaml', loop.policy('acme', spec));
    await loop.start();
  });
  afterEach(async () => {
    await loop.close();
    await hook.close();
  });

  const told = (event: string): Told['data'][] =>
    hook.taken
      .map(({ body }) => JSON.parse(body) as Told)
      .filter(({ type }) => type === `dev.plus1.${event}`)
      .map(({ data }) => data);
  const states = (event: string): string[] => told(event).map(({ state, severity }) => `${state} ${severity}`);
  const until = async (event: string, count: number): Promise<void> => {
    await loop.until(() => told(event).length === count, `${event} was told ${count} times`);
    await loop.settle();
  };
  const leak = (spec: object): string => incident('leak', { severity: 'Critical', ...spec });

  it('of an incident: once, again when a second one opens, and once when all are over', async () => {
    await loop.edit('leak.yaml', leak({ isolate: { repositories: ['member-001'] } }), 'acme');
    await until('IncidentOpened', 1);
    expect(told('IncidentOpened')[0]).to.include({ state: 'open', severity: 'High' });
    expect(told('IncidentOpened')[0]?.message).to.equal('leak: Critical: A token leaked');
    await loop.pass(3 * HOUR);
    expect(states('IncidentOpened')).to.have.length(1);
    await loop.pass(2 * HOUR);
    await until('IncidentOpened', 2);
    await loop.edit('second.yaml', incident('second', { severity: 'Low' }), 'acme');
    await until('IncidentOpened', 3);
    expect(told('IncidentOpened')[2]?.message).to.match(/^leak: .*; second: Low: /);
    await loop.restart();
    await loop.pass(2 * HOUR);
    expect(states('IncidentOpened')).to.have.length(3);
    await loop.edit('second.yaml', undefined, 'acme');
    await loop.edit('leak.yaml', undefined, 'acme');
    await loop.pass(HOUR);
    await until('IncidentOpened', 4);
    expect(states('IncidentOpened')[3]).to.match(/^resolved/);
  });

  it('of a clock that runs out: once for each, until it is met', async () => {
    await loop.edit('leak.yaml', leak({ severity: 'Medium', commander: undefined }), 'acme');
    await loop.pass(14 * MINUTE);
    expect(states('IncidentOverdue')).to.deep.equal([]);
    await loop.pass(2 * MINUTE);
    await until('IncidentOverdue', 1);
    expect(told('IncidentOverdue')[0]?.message).to.equal('leak: not met in time: triage');
    await loop.edit('leak.yaml', leak({ severity: 'Medium', commander: 'grace' }), 'acme');
    await loop.pass(2 * HOUR);
    await until('IncidentOverdue', 2);
    expect(states('IncidentOverdue')).to.deep.equal(['open Warning', 'resolved Warning']);
  });

  it('of a rollout that failed: once, again for a second one, and once when it begins again', async () => {
    const stages = { stages: [{ percent: 100, enforcement: 'Active', soak: '2h' }], analysis: QUICK.analysis };
    const fail = async (name: string): Promise<void> => {
      for (const repository of acme.repositories) repository.push({ breaks: ['required_signatures'] });
      await loop.pass(2 * HOUR);
      await becomes(loop, { kind: 'Plus1Rollout', name, type: 'RolledBack' }, /^True Failed/);
    };
    await loop.edit('signed.yaml', rolloutText(stages), 'acme');
    await fail('signed');
    await until('RolloutFailed', 1);
    expect(told('RolloutFailed')[0]?.message).to.match(/^signed: \d+ pushes failed/);
    await loop.pass(5 * HOUR);
    expect(states('RolloutFailed')).to.deep.equal(['open Warning']);
    await loop.edit('more.yaml', rolloutText(stages, 'more'), 'acme');
    await fail('more');
    await until('RolloutFailed', 2);
    expect(told('RolloutFailed')[1]?.message).to.include('more: ').and.to.include('signed: ');
    await loop.edit('signed.yaml', undefined, 'acme');
    await loop.edit('more.yaml', undefined, 'acme');
    await loop.pass(HOUR);
    await until('RolloutFailed', 3);
    expect(states('RolloutFailed')[2]).to.equal('resolved Warning');
  });
});
