/** What the chart makes for webhooks: nothing unless it is asked for, and then a way to one path and to nothing else. */
import { expect } from 'chai';
import { container, helmOrSkip, only, render, template, type Rendered } from './render.js';

const ON = { 'webhook.enabled': 'true' };
const INGRESS = { ...ON, 'webhook.ingress.enabled': 'true', 'webhook.ingress.host': 'plus1.example.com' };

describe('webhooks of the chart', () => {
  before(function () {
    helmOrSkip(this);
  });

  const refusal = (set: Record<string, string>): string => {
    const { ok, stderr } = template({ set });
    expect(ok).to.equal(false);
    return stderr;
  };
  const named = (objects: readonly Rendered[], kind: string, name: string): Rendered =>
    only(
      objects.filter(({ metadata }) => metadata.name === name),
      kind,
    );

  it('are off by default: no flag, no port, no Service, no Ingress', () => {
    const objects = render();
    expect(objects.filter(({ kind }) => kind === 'Service')).to.have.length(1);
    expect(objects.filter(({ kind }) => kind === 'Ingress')).to.deep.equal([]);
    expect(JSON.stringify(objects.filter(({ kind }) => kind === 'StatefulSet'))).not.to.include('webhook');
  });

  it('have a port, and a Service of their own that sends to pods that are ready', () => {
    const objects = render({ set: { ...ON, 'webhook.port': '9443' } });
    const { args, ports } = container(objects) as unknown as { args: string[]; ports: object[] };
    expect(args).to.include('--webhook-address=:9443');
    expect(ports).to.deep.include({ name: 'http-webhook', containerPort: 9443, protocol: 'TCP' });
    const service = named(objects, 'Service', 'plus1-webhook');
    expect(service['spec']).to.deep.include({ type: 'ClusterIP' });
    expect(service['spec']).not.to.have.any.keys('clusterIP', 'publishNotReadyAddresses');
    expect(service['spec'].ports).to.deep.equal([
      { name: 'http-webhook', port: 9443, targetPort: 'http-webhook', protocol: 'TCP' },
    ]);
    expect(service['spec'].selector).to.deep.equal(named(objects, 'Service', 'plus1')['spec'].selector);
    expect(objects.filter(({ kind }) => kind === 'Ingress')).to.deep.equal([]);
  });

  it('are reached from outside at one path of one host', () => {
    const objects = render({
      set: {
        ...INGRESS,
        'webhook.ingress.className': 'nginx',
        'webhook.ingress.tls[0].secretName': 'plus1-tls',
        'webhook.ingress.annotations.cert-manager\\.io/issuer': 'letsencrypt',
      },
    });
    const { metadata, spec } = only(objects, 'Ingress');
    expect(metadata.annotations).to.deep.equal({ 'cert-manager.io/issuer': 'letsencrypt' });
    expect(spec).to.deep.equal({
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'plus1.example.com',
          http: {
            paths: [
              {
                path: '/webhooks/github',
                pathType: 'Exact',
                backend: { service: { name: 'plus1-webhook', port: { name: 'http-webhook' } } },
              },
            ],
          },
        },
      ],
      tls: [{ secretName: 'plus1-tls' }],
    });
  });

  it('are let in by the NetworkPolicy, from whom it names', () => {
    const set = { ...ON, 'networkPolicy.enabled': 'true' };
    const rule = (more: Record<string, string> = {}): object | undefined =>
      (
        only(render({ set: { ...set, ...more } }), 'NetworkPolicy')['spec'].ingress as { ports: { port: string }[] }[]
      ).find(({ ports }) => ports.some(({ port }) => port === 'http-webhook'));
    const ports = [{ port: 'http-webhook', protocol: 'TCP' }];
    expect(rule()).to.deep.equal({ ports });
    const peer = 'networkPolicy.webhookFrom[0].podSelector.matchLabels.app';
    expect(rule({ [peer]: 'ingress' })).to.deep.equal({
      ports,
      from: [{ podSelector: { matchLabels: { app: 'ingress' } } }],
    });
    expect(rule({ 'webhook.enabled': 'false' })).to.equal(undefined);
  });

  it('add their Secret to the names that may be read, where there is such a list', () => {
    const names = (set: Record<string, string>): unknown => {
      const rules = render({ set }).flatMap(({ kind, rules: own }) =>
        kind === 'Role' ? (own as { resources: string[]; resourceNames?: string[] }[]) : [],
      );
      return rules.find(({ resources }) => resources.includes('secrets'))?.resourceNames;
    };
    const secret = { 'webhook.existingSecret': 'acme-webhook' };
    expect(names({ ...secret })).to.equal(undefined);
    expect(names({ ...secret, 'rbac.secretNames[0]': 'acme-github' })).to.deep.equal(['acme-github', 'acme-webhook']);
  });

  it('name only Secrets that the author of the policy may read', () => {
    const objects = render({ set: { 'admissionPolicy.enabled': 'true' } });
    const { spec } = named(objects, 'ValidatingAdmissionPolicy', 'plus1-plus1-system');
    const messages = (spec.validations as { messageExpression?: string }[]).map((each) => each.messageExpression ?? '');
    expect(messages.filter((message) => message.includes('spec.github.webhook.secretRef.name'))).to.have.length(1);
  });

  it('are refused where the settings contradict each other', () => {
    expect(refusal({ 'webhook.ingress.enabled': 'true', 'webhook.ingress.host': 'x.example.com' })).to.include(
      'webhook.ingress.enabled needs webhook.enabled',
    );
    expect(refusal({ ...INGRESS, 'webhook.ingress.host': '' })).to.include('webhook.ingress.host');
    expect(refusal({ ...ON, 'webhook.port': '8080' })).to.include('webhook.port and metrics.port: both are 8080');
    expect(refusal({ ...ON, 'webhook.port': '8081' })).to.include('webhook.port and health.port: both are 8081');
    expect(refusal({ ...ON, 'webhook.port': '8082' })).to.include('webhook.port and web.port: both are 8082');
    expect(template({ set: { ...ON, 'webhook.port': '8080', 'metrics.enabled': 'false' } }).ok).to.equal(true);
  });

  it('are told of in the notes', () => {
    const { stdout } = template({ set: { ...INGRESS, 'webhook.ingress.tls[0].secretName': 'x' }, notes: true });
    expect(stdout).to.include('https://plus1.example.com/webhooks/github');
    expect(template({ notes: true }).stdout).not.to.include('GitHub may send webhooks');
  });
});
