/** Notifications on a real API server: the address is in a Secret of the cluster, and the rights are those of the chart. */
import { expect } from 'chai';
import { say, town } from '../builders.js';
import type { ChannelServer } from '../fakes/channels/channel-server.js';
import { SIGNING_KEY, webhookServer } from '../fakes/channels/webhook.js';
import type { Organization } from '../fakes/github/index.js';
import { kstatusFaults } from '../kstatus.js';
import { ACCOUNT, NAMESPACE, Stage } from './kube-stage.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import { refusedRights } from './support/rights.js';

const PATIENCE_MS = 60_000;
const HIDDEN = 'hiddenhiddenhidden';

describe('notifications on a cluster', function () {
  this.timeout(240_000);
  // Each step follows from the one before it.
  this.bail(true);
  const acme: Organization = town({ login: 'acme', members: 2, promoted: 2, others: 5 });
  let stage: Stage;
  let controller: ControllerProcess;
  let receiver: ChannelServer;

  before(async () => {
    receiver = await webhookServer().start();
    stage = await Stage.start([acme], { secretNames: ['acme-hook'] });
    controller = stage.run({ flags: FLAGS() });
    await stage.apply(secret('acme-hook', 'first'), stage.policy('acme', { notifications: [channel('acme-hook')] }));
    await stage.converged('acme');
  });
  after(async () => {
    await stage?.end();
    await receiver?.close();
  });

  const FLAGS = (): string[] => ['--all-namespaces', '--leader-elect', '--notify-allowed-host', receiver.host];
  const channel = (name: string): object => ({
    ...{ name: 'hook', type: 'Webhook', secretRef: { name }, minSeverity: 'Info' },
  });
  const secret = (name: string, path: string): object => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE } },
    stringData: { url: `http://${receiver.host}/${path}/${HIDDEN}`, signingKey: SIGNING_KEY },
  });
  const told = (): string[] => receiver.taken.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  const isFailing = async (): Promise<boolean> =>
    (await stage.condition('acme', 'NotificationsFailing'))?.status === 'True';

  it('sends one message of the first pass, signed, and says so in the status', async () => {
    const delivered = await stage.until(
      'acme',
      ({ status }) => status.notifications?.[0]?.reason === 'Delivered',
      'the status says that it was delivered',
    );
    expect(told()).to.deep.equal(['dev.plus1.FirstPass']);
    expect(delivered.status.notifications?.[0]).to.include({ name: 'hook', ready: true });
    expect(kstatusFaults(delivered)).to.deep.equal([]);
  });

  it('tells nothing again to a process that takes over, and goes on with what is new', async () => {
    await stage.stopAll();
    controller = stage.run({ flags: FLAGS() });
    await stage.pass('acme');
    say(acme.get('other-001'), 'production');
    await stage.pass('acme');
    await eventually(() => told().length > 1, { what: 'the second message', timeoutMs: PATIENCE_MS });
    expect(told()).to.deep.equal(['dev.plus1.FirstPass', 'dev.plus1.RepositoriesEntered']);
  });

  it('says NotificationsFailing where the channel is gone, and sends it nothing more', async () => {
    receiver.outage = { status: 410, text: 'gone' };
    say(acme.get('other-002'), 'production');
    await stage.pass('acme');
    await eventually(isFailing, { what: 'the condition', timeoutMs: PATIENCE_MS });
    const condition = await stage.condition('acme', 'NotificationsFailing');
    expect(condition?.message).to.match(/410/).and.not.contain(HIDDEN);
    const asked = receiver.received.length;
    receiver.outage = undefined;
    say(acme.get('other-003'), 'production');
    await stage.pass('acme');
    expect(receiver.received).to.have.length(asked);
    expect(await isFailing()).to.equal(true);
    const { text } = await controller.get('metrics', '/metrics');
    expect(text).to.match(/^plus1_condition\{.*type="NotificationsFailing",status="True"\} 1$/m);
  });

  it('goes on when the Secret has another address', async () => {
    await stage.apply(secret('acme-hook', 'second'));
    await eventually(
      async () => {
        await stage.pass('acme');
        return !(await isFailing());
      },
      { what: 'the end of the condition', timeoutMs: PATIENCE_MS },
    );
    say(acme.get('other-004'), 'production');
    await stage.pass('acme');
    await eventually(() => receiver.taken.at(-1)?.path === `/second/${HIDDEN}`, {
      what: 'a message to the other address',
      timeoutMs: PATIENCE_MS,
    });
  });

  it('may read no Secret that the chart does not name, and says that', async () => {
    await stage.apply(secret('not-named', 'third'));
    await stage.kubectl(
      ...[
        'patch',
        'plus1',
        'acme',
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { notifications: [channel('not-named')] } }),
      ],
    );
    say(acme.get('other-005'), 'production');
    await stage.pass('acme');
    await eventually(isFailing, { what: 'the condition', timeoutMs: PATIENCE_MS });
    expect((await stage.condition('acme', 'NotificationsFailing'))?.message)
      .to.contain('not-named')
      .and.not.contain(HIDDEN);
    expect(refusedRights(stage.cluster.audit(), ACCOUNT)).to.deep.equal(['get secrets/not-named']);
    expect(stage.github.contractViolations).to.deep.equal([]);
    expect(controller.log).to.not.contain(HIDDEN);
  });
});
