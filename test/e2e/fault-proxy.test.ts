import { expect } from 'chai';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './support/eventually.js';
import type { Fault, FaultProxy } from './support/fault-proxy.js';
import { sharedCluster } from './support/shared-cluster.js';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

interface Watch {
  received: string;
  ended: boolean;
}

describe('The proxy in front of the API server', () => {
  let proxy: FaultProxy;
  const open: IncomingMessage[] = [];

  before(async () => {
    proxy = await sharedCluster().proxy();
  });
  afterEach(async () => {
    proxy.heal();
    open.splice(0).forEach((response) => response.destroy());
    await sharedCluster().kubectl('delete', 'configmap', '-l', 'test=proxy');
  });

  it('passes requests on, under the certificate that the kubeconfig trusts', async () => {
    const { stdout } = await kubectlThroughProxy('get', 'namespace', 'default', '-o', 'name');
    expect(stdout.trim()).to.equal('namespace/default');
    expect(proxy.requests.at(-1)).to.deep.include({ method: 'GET', url: '/api/v1/namespaces/default' });
  });

  it('answers as an overloaded API server, as often as asked, and kubectl comes back', async () => {
    const isNamespace = ({ url }: { url: string }): boolean => url.startsWith('/api/v1/namespaces/default');
    const before = proxy.requests.filter(isNamespace).length;
    proxy.inject({ kind: 'answer', status: 429, retryAfterSeconds: 1 }, { when: isNamespace, times: 1 });
    const { stdout } = await kubectlThroughProxy('get', 'namespace', 'default', '-o', 'name');
    expect(stdout.trim()).to.equal('namespace/default');
    expect(proxy.requests.filter(isNamespace).length - before).to.equal(2);
  });

  it('words its refusals as the API server does', async () => {
    proxy.inject({ kind: 'answer', status: 500 }, { times: 1 });
    const response = await call('GET', CONFIG_MAPS);
    expect(response.statusCode).to.equal(500);
    expect(await json(response)).to.include({ kind: 'Status', reason: 'InternalError', code: 500 });
  });

  it('lets a request through later', async () => {
    proxy.inject({ kind: 'slow', ms: 300 }, { times: 1 });
    const started = performance.now();
    expect((await call('GET', CONFIG_MAPS)).statusCode).to.equal(200);
    expect(performance.now() - started).to.be.at.least(299);
  });

  const writes: { fault: Fault; exists: boolean; reason: string }[] = [
    { fault: { kind: 'cut' }, exists: false, reason: 'the server never saw the request' },
    { fault: { kind: 'lose' }, exists: true, reason: 'the server did it, and its answer was lost' },
  ];
  for (const { fault, exists, reason } of writes) {
    it(`breaks the connection of a write by ${fault.kind}: ${reason}`, async () => {
      const name = `written-${fault.kind}`;
      proxy.inject(fault, { when: ({ method }) => method === 'POST' });
      const error = await call('POST', CONFIG_MAPS, configMap(name)).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'ECONNRESET');
      const { code } = await sharedCluster().kubectl('get', 'configmap', name, { mayFail: true });
      expect(code === 0).to.equal(exists);
    });
  }

  it('goes silent under a watch that is open, and lets a new one through once healed', async () => {
    const first = await watch();
    await sharedCluster().kubectl('create', '-f', '-', { stdin: configMap('before') });
    await eventually(() => first.received.includes('"before"'), { what: 'the event before the fault' });
    proxy.inject({ kind: 'hang' });
    await sharedCluster().kubectl('create', '-f', '-', { stdin: configMap('during') });
    proxy.heal();
    const second = await watch();
    await eventually(() => second.received.includes('"during"'), { what: 'the event at a new watch' });
    await sleep(200);
    expect(first.received).not.to.contain('"during"');
    expect(first.ended).to.equal(false);
  });

  it('cuts a watch that is open', async () => {
    const open = await watch();
    proxy.inject({ kind: 'cut' });
    await eventually(() => open.ended, { what: 'the end of the watch' });
  });

  function kubectlThroughProxy(...args: string[]): ReturnType<ReturnType<typeof sharedCluster>['kubectl']> {
    const cluster = sharedCluster();
    const kubeconfig = cluster.kubeconfigFor(cluster.adminToken, { server: proxy.url });
    return cluster.kubectl(...args, { kubeconfig });
  }

  function call(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const { ca, adminToken } = sharedCluster();
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/yaml' };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${proxy.url}${path}`, { method, ca, headers, agent: false }, (response) => {
        open.push(response);
        resolve(response);
      });
      outgoing.on('error', reject).end(body);
    });
  }

  async function watch(): Promise<Watch> {
    const response = await call('GET', `${CONFIG_MAPS}?watch=1&labelSelector=test=proxy`);
    const watched = { received: '', ended: false };
    response.setEncoding('utf8').on('data', (text: string) => (watched.received += text));
    response.on('error', () => undefined).on('close', () => (watched.ended = true));
    return watched;
  }
});

function configMap(name: string): string {
  return `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {test: proxy}}}`;
}
