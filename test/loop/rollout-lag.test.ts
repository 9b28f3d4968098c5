/** A copy of GitHub that lags shows a candidate as it was before our last write: a write on it would take out who entered by that one. */
import { expect } from 'chai';
import { PATH, PRODUCTION } from '../builders.js';
import { tampering, type Answered } from '../integration/tampering-github.js';
import { RolloutStage, rolloutText } from './rollout-stage.js';

describe('The loop over a folder: a rollout whose candidate a copy shows as it was', () => {
  it('writes nothing on it, also in a process that begins then, and goes on once the copy is up to date', async () => {
    const environment: { apiURL?: string } = {};
    const hosts: string[] = [];
    const stage = await RolloutStage.open({ environment, hosts });
    stage.isMembershipFree = true;
    let stale: Answered | undefined;
    let isLagging = false;
    const proxy = await tampering(stage.loop.github, async ({ method, path, forward }) => {
      const answer = await forward();
      const { candidate } = stage;
      const isIt =
        method === 'GET' && candidate !== undefined && path.split('?')[0]?.endsWith(`/rulesets/${candidate.id}`);
      if (!isIt) return answer;
      if (!isLagging) stale = answer;
      return isLagging && stale !== undefined ? { ...stale, headers: { ...answer.headers } } : answer;
    });
    environment.apiURL = proxy.url;
    hosts.push(new URL(proxy.url).host);
    const stages = [20, 100].map((percent) => ({ percent, enforcement: 'Active', soak: '20h' }));
    const schedule = { interval: '24h', quickInterval: '0s' };
    let count = 0;
    const come = (): void => {
      for (let n = 0; n < 5; n += 1)
        stage.acme.createRepository({ name: `new-${(count += 1)}`, files: { [PATH]: PRODUCTION } });
    };
    try {
      stage.loop.put('acme.yaml', stage.loop.policy('acme', { github: { apiURL: proxy.url }, schedule }));
      stage.loop.put('rollout.yaml', rolloutText({ stages }));
      await stage.loop.start();
      const old = stale;
      come();
      await stage.look();
      const { members } = stage;
      expect(members.length).to.be.greaterThan(2);
      stale = old;
      isLagging = true;
      for (const next of [() => stage.look(), () => stage.loop.restart()]) {
        come();
        await next();
        expect(stage.members).to.deep.equal(members);
        expect(stage.is('Ready')).to.equal('False GitHubUnavailable');
        expect(stage.says('Ready')).to.match(/each answer shows it as it was at .*, and a newer one was seen already/);
      }
      isLagging = false;
      await stage.look();
      expect(stage.members).to.include.members(members);
      expect(stage.is('Ready')).to.equal('True Running');
    } finally {
      await stage.close();
      await proxy.close();
    }
  });
});
