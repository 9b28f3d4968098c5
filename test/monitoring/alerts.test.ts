/** An alert on its whole way: the controller as it runs, Prometheus with the rules that are shipped, Alertmanager, and who hears of it. */
import { expect } from 'chai';
import { startAlertmanager, type Alertmanager, type Notification } from './support/alertmanager.js';
import { startDemo, type Demo } from './support/demo.js';
import { eventually } from './support/eventually.js';
import { startPrometheus, type Prometheus } from './support/prometheus.js';
import { need } from './support/tools.js';

describe('an alert of the running controller', () => {
  let demo: Demo;
  let alertmanager: Alertmanager;
  let prometheus: Prometheus;

  before(async function () {
    const [first, second] = [need('prometheus', this), need('prometheus-alertmanager', this)];
    demo = await startDemo();
    // Before Prometheus looks for the first time: where it has seen a pass succeed, the rule waits for ten minutes without one.
    const failed = async (): Promise<number> =>
      Number(/^plus1_passes_total\{.*kind="full",.*result="failed"\} (\d+)$/m.exec(await demo.scrape())?.[1] ?? 0);
    const before = await failed();
    demo.github.faults.when(({ kind }) => kind === 'graphql', { kind: 'status', status: 502 }, Infinity);
    await eventually('a pass fails', async () => (await failed()) > before);
    alertmanager = await startAlertmanager(second);
    prometheus = await startPrometheus(first, demo.address, alertmanager.address);
  });
  after(async () => {
    await Promise.all([prometheus?.close(), alertmanager?.close()]);
    await demo?.close();
  });

  const told = (status: Notification['status']): Notification | undefined =>
    alertmanager.received.find(
      (each) => each.status === status && each.alerts[0]?.labels['alertname'] === 'Plus1PassFailed',
    );

  it('is delivered while passes fail, with the policy, the severity and the runbook', async () => {
    await eventually('it was told that passes fail', async () => told('firing') !== undefined);
    const [alert] = told('firing')?.alerts ?? [];
    expect(alert?.labels).to.include({ policy: 'default/acme', organization: 'acme', severity: 'high' });
    expect(alert?.annotations['summary']).to.equal('Passes of default/acme fail');
    expect(alert?.annotations['description']).to.match(/^\d+ passes over the organization acme failed/);
    expect(alert?.annotations['runbook_url']).to.equal('docs/guides/operations.md#plus1passfailed');
    expect(told('resolved')).to.equal(undefined);
  });

  it('is resolved when a pass succeeds', async () => {
    demo.github.faults.clear();
    await eventually('it was told that passes succeed', async () => told('resolved') !== undefined);
    expect(told('resolved')?.alerts[0]?.labels).to.include({ policy: 'default/acme' });
  });
});
