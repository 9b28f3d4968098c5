/** Webhooks on a real API server: the key is a Secret of the cluster, the rights are those of the chart, the deliveries those of GitHub. */
import { expect } from 'chai';
import { memberNames, say, town } from '../builders.js';
import type { Hook, Organization } from '../fakes/github/index.js';
import { ACCOUNT, NAMESPACE, Stage } from './kube-stage.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import { refusedRights } from './support/rights.js';

const KEY = 'the key of the hook';
const OF_OTHERS = 'the key of another team';
const PATH = '/webhooks/github';
const PATIENCE_MS = 60_000;

describe('webhooks on a cluster', function () {
  this.timeout(240_000);
  // Each step follows from the one before it.
  this.bail(true);
  const acme: Organization = town({ login: 'acme', members: 2, others: 4 });
  const umbrella: Organization = town({ login: 'umbrella', members: 1, others: 1 });
  let stage: Stage;
  let controller: ControllerProcess;
  let hook: Hook;

  before(async () => {
    stage = await Stage.start([acme, umbrella], { secretNames: ['acme-hook', 'other-hook'] });
    controller = stage.run({ flags: FLAGS });
    await stage.apply(
      secret('acme-hook', { webhookSecret: KEY }),
      secret('other-hook', { webhookSecret: OF_OTHERS }, 'initech'),
      stage.policy('acme', { github: github('acme-hook'), schedule: { interval: '12h' } }),
      stage.policy('umbrella', { github: github('other-hook'), schedule: { interval: '12h' } }),
    );
    await Promise.all([stage.converged('acme'), stage.converged('umbrella')]);
    hook = stage.github.webhooks.add({ url: `${await controller.address('webhook')}${PATH}`, secret: KEY, of: acme });
    await stage.github.webhooks.idle();
  });
  after(() => stage?.end());
  afterEach(() => expect(stage.github.contractViolations).to.deep.equal([]));

  const FLAGS = ['--all-namespaces', '--leader-elect', '--webhook-address', '127.0.0.1:0'];

  function secret(name: string, stringData: Record<string, string>, organizations?: string): object {
    const annotations = organizations === undefined ? {} : { 'plus1.dev/organizations': organizations };
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE, annotations }, stringData };
  }
  const github = (key: string): object => ({
    ...{ apiURL: stage.github.apiURL, credentials: { secretRef: { name: 'plus1-github' } } },
    webhook: { secretRef: { name: key } },
  });

  /** Deliveries of that event that had that result. */
  async function counted(event: string, result: string): Promise<number> {
    const { text } = await controller.get('metrics', '/metrics');
    const line = `plus1_webhook_deliveries_total{event="${event}",result="${result}"} `;
    return Number(
      text
        .split('\n')
        .find((each) => each.startsWith(line))
        ?.slice(line.length),
    );
  }

  const kindOfLastPass = async (name: string): Promise<string | undefined> =>
    (await stage.read(name)).status.lastPass?.type;

  it('follows a push by a quick pass of the policy of that organization alone', async () => {
    expect(stage.github.webhooks.deliveries.map(({ event, status }) => [event, status])).to.deep.equal([['ping', 202]]);
    const { status: before } = await stage.read('umbrella');
    say(acme.get('other-001'), 'production');
    await stage.until('acme', ({ status }) => status.lastPass?.entered === 1, 'a pass that lets it enter');
    expect(memberNames(acme)).to.include('other-001');
    expect(await kindOfLastPass('acme')).to.equal('Quick');
    expect(await counted('push', 'accepted')).to.equal(1);
    expect((await stage.read('umbrella')).status.lastPass).to.deep.equal(before.lastPass);
  });

  it('refuses forgeries, does nothing that they ask for, and leaves one record of them', async () => {
    stage.github.webhooks.loses = () => true;
    say(umbrella.get('other-001'), 'production');
    stage.github.webhooks.loses = () => false;
    const { status: before } = await stage.read('umbrella');
    const forged = { ref: 'refs/heads/main', organization: { login: 'umbrella' } };
    for (let n = 0; n < 5; n += 1) expect(await stage.github.webhooks.forge(hook, 'push', forged)).to.equal(401);
    const headers = { 'content-type': 'application/json' };
    const unsigned = await fetch(hook.url, { method: 'POST', headers, body: JSON.stringify(forged) });
    expect(unsigned.status).to.equal(401);
    const records = (): unknown[] => stage.records('SecurityEvent').map(({ data }) => data['message']);
    await eventually(() => records().length > 1, { what: 'the records', timeoutMs: PATIENCE_MS });
    // In the journal of each policy that names a Secret.
    expect(records()).to.have.length(2);
    for (const each of records())
      expect(each).to.match(/^6 webhook deliveries without a right signature since .*, from /);
    expect((await stage.read('umbrella')).status.lastPass).to.deep.equal(before.lastPass);
    expect(memberNames(umbrella)).to.not.include('other-001');
  });

  it('takes no Secret that is for other organizations, and says so', async () => {
    const [first] = stage.github.webhooks.deliveries;
    if (first === undefined) throw new Error('no ping was sent');
    const forged = { ...hook, secret: OF_OTHERS };
    stage.github.webhooks.redeliver({ ...first, hook: forged });
    await stage.github.webhooks.idle();
    expect(stage.github.webhooks.deliveries.at(-1)?.status).to.equal(401);
    const told = controller.lines.filter(({ msg }) => msg === 'Webhook Secret not usable');
    expect(told.map(({ secret: name }) => name)).to.deep.equal([`${NAMESPACE}/other-hook`]);
    expect(controller.log).to.not.include(KEY).and.not.include(OF_OTHERS);
  });

  it('needs no Secret for each: a delivery that one of them signed is a hint for any organization', async () => {
    const { url } = hook;
    const other = stage.github.webhooks.add({ url, secret: KEY, of: umbrella, events: ['push'] });
    await stage.until('umbrella', ({ status }) => status.lastPass?.entered === 1, 'a pass that lets it enter');
    expect((await stage.read('umbrella')).status.lastPass?.type).to.equal('Quick');
    expect(memberNames(umbrella)).to.include('other-001');
    stage.github.webhooks.remove(other);
  });

  it('answers 503 where another replica leads, and needs no right that the chart does not give', async () => {
    const second = stage.run({ flags: FLAGS });
    stage.github.webhooks.add({ url: `${await second.address('webhook')}${PATH}`, secret: KEY, of: acme, events: [] });
    await stage.github.webhooks.idle();
    expect(stage.github.webhooks.deliveries.at(-1)).to.include({ event: 'ping', status: 503 });
    expect(refusedRights(stage.cluster.audit(), ACCOUNT)).to.deep.equal([]);
  });
});
