import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { CHART, helmOrSkip, runHelm, template } from './render.js';

const SETUPS = readdirSync(`${CHART}/ci`)
  .filter((name) => name.endsWith('-values.yaml'))
  .map((name) => `ci/${name}`);

const REFUSED: readonly { set: Record<string, string>; says: RegExp; reason: string; kubeVersion?: string }[] = [
  { set: { replica: '2' }, says: /additional properties 'replica'/, reason: 'a misspelt value would be ignored' },
  { set: { 'image.tga': 'x' }, says: /additional properties 'tga'/, reason: 'also inside a map' },
  ...[
    ...['https://images.example.com', 'images.example.com/', 'images.example.com:port', 'images.example.com/Team'],
    ...['user@images.example.com', 'images example.com', '-images.example.com', '//images.example.com'],
  ].map((registry) => ({
    set: { 'image.registry': registry },
    says: /'?\/image\/registry'?: .* does not match pattern/,
    reason: `${registry} is the start of no name of an image`,
  })),
  ...['https://images.example.com/plus1', 'plus1:0.1.0', 'plus1:1', 'Plus1', 'team/plus1/', 'plus1@sha256'].map(
    (repository) => ({
      set: { 'image.repository': repository },
      says: /'?\/image\/repository'?: .* does not match pattern/,
      reason: `${repository} is no name of an image`,
    }),
  ),
  {
    set: { 'metrics.serviceMonitor.intervall': '1m' },
    says: /additional properties 'intervall'/,
    reason: 'at each level',
  },
  { set: { replicas: 'two' }, says: /got string/, reason: 'a wrong type' },
  {
    set: { 'controller.minInterval': '10 minutes' },
    says: /does not match pattern/,
    reason: 'the controller reads Go durations',
  },
  {
    set: { 'watch.allNamespaces': 'true', 'watch.namespaces': '{a}' },
    says: /set one of them/,
    reason: 'one of both would be ignored',
  },
  {
    set: { replicas: '2', 'leaderElection.enabled': 'false' },
    says: /more than one needs leaderElection/,
    reason: 'two controllers would write the same ruleset',
  },
  {
    set: {
      'podDisruptionBudget.enabled': 'true',
      'podDisruptionBudget.minAvailable': '1',
      'podDisruptionBudget.maxUnavailable': '1',
    },
    says: /minAvailable and maxUnavailable: set one/,
    reason: 'the API refuses both',
  },
  {
    set: { 'resources.limits.memory': '512m' },
    says: /resources.limits.memory: found 512m/,
    reason: 'half a byte, meant as mebibytes',
  },
  { set: { 'credentials.create': 'true' }, says: /needs the keys/, reason: 'no default credential' },
  {
    set: { 'credentials.create': 'true', 'credentials.stringData.token': 'x', 'credentials.existingSecret': 'y' },
    says: /set one of them/,
    reason: 'one of both would be ignored',
  },
  {
    set: { 'credentials.create': 'true', 'credentials.stringData.token': 'x', 'watch.namespaces': '{tenant-a}' },
    says: /credentials\.create: the Secret would lie in plus1-system/,
    reason: 'no policy could name the Secret',
  },
  {
    set: { 'metrics.port': '9000', 'health.port': '9000' },
    says: /metrics\.port and health\.port: both are 9000/,
    reason: 'the second server could not open its port',
  },
  {
    set: { 'admissionPolicy.enabled': 'true', 'admissionPolicy.allowedHosts': 'null' },
    says: /admissionPolicy\.allowedHosts: name at least one host/,
    reason: 'every policy would be refused',
  },
  {
    set: { 'admissionPolicy.enabled': 'true', 'admissionPolicy.allowedHosts': '{}' },
    says: /allowedHosts\/0': '' does not match pattern/,
    reason: 'Helm makes a list with an empty word of it',
  },
  { set: { nameOverride: 'Plus_1' }, says: /does not match pattern/, reason: 'a part of the names of objects' },
  { set: { fullnameOverride: 'plus1.example' }, says: /does not match pattern/, reason: 'no DNS label' },
  {
    set: { fullnameOverride: '1plus' },
    says: /does not match pattern/,
    reason: 'the name of a Service begins with a letter',
  },
  {
    set: {
      'metrics.serviceMonitor.enabled': 'true',
      'metrics.serviceMonitor.interval': '1m',
      'metrics.serviceMonitor.scrapeTimeout': '61s',
    },
    says: /scrapeTimeout: 61s is longer than the interval, 1m/,
    reason: 'nothing would be scraped',
  },
  {
    set: { terminationGracePeriodSeconds: '29' },
    says: /terminationGracePeriodSeconds: found 29, at least 30/,
    reason: 'a write would be cut off',
  },
  {
    set: { 'metrics.enabled': 'false', 'metrics.serviceMonitor.enabled': 'true' },
    says: /needs metrics.enabled/,
    reason: 'nothing would be scraped',
  },
  {
    set: { 'admissionPolicy.allowedHosts': "{x'] || true}" },
    says: /does not match pattern/,
    reason: 'no host is an expression',
  },
  {
    set: { 'admissionPolicy.enabled': 'true' },
    kubeVersion: '1.29.4',
    says: /needs Kubernetes 1.30/,
    reason: 'the kind is not there',
  },
  {
    set: { 'approvals.admissionPolicy.enabled': 'true' },
    kubeVersion: '1.29.4',
    says: /approvals\.admissionPolicy\.enabled needs Kubernetes 1.30/,
    reason: 'an approval would count as proved by nothing',
  },
  { set: {}, kubeVersion: '1.28.9', says: /kubeVersion/, reason: 'rules of the CRD would be ignored' },
];

describe('values of the chart', () => {
  before(function () {
    helmOrSkip(this);
  });

  for (const setup of SETUPS) {
    it(`${setup} is linted and rendered`, () => {
      const lint = runHelm(['lint', '--strict', '--values', `${CHART}/${setup}`, CHART]);
      expect(lint.ok, lint.stdout + lint.stderr).to.equal(true);
      const rendered = template({ values: [setup] });
      expect(rendered.ok, rendered.stderr).to.equal(true);
    });
  }

  for (const { set, says, reason, kubeVersion } of REFUSED) {
    const given = Object.entries(set).map((pair) => pair.join('='));
    it(`refuses ${[...given, kubeVersion].join(' ').trim()}: ${reason}`, () => {
      const ran = template({ set, ...(kubeVersion === undefined ? {} : { kubeVersion }) });
      expect(ran.ok).to.equal(false);
      expect(ran.stderr).to.match(says);
    });
  }

  const TAKEN: readonly { set: Record<string, string>; reason: string }[] = [
    {
      set: {
        'credentials.create': 'true',
        'credentials.stringData.token': 'x',
        'watch.namespaces': '{tenant-a,plus1-system}',
      },
      reason: 'the namespace of the Secret is one of them',
    },
    {
      set: { 'credentials.create': 'true', 'credentials.stringData.token': 'x', 'watch.allNamespaces': 'true' },
      reason: 'the namespace of the Secret is watched with all others',
    },
    {
      set: { 'metrics.enabled': 'false', 'metrics.port': '8081' },
      reason: 'a server that is switched off takes no port',
    },
    {
      set: {
        'metrics.serviceMonitor.enabled': 'true',
        'metrics.serviceMonitor.interval': '1m',
        'metrics.serviceMonitor.scrapeTimeout': '60s',
      },
      reason: 'as long as the interval is not longer',
    },
    { set: { terminationGracePeriodSeconds: '30' }, reason: 'the shortest in which everything ends' },
    { set: { nameOverride: '1-plus', fullnameOverride: '' }, reason: 'after the name of the release' },
  ];
  for (const { set, reason } of TAKEN) {
    const given = Object.entries(set).map((pair) => pair.join('='));
    it(`takes ${given.join(' ')}: ${reason}`, () => {
      const ran = template({ set });
      expect(ran.ok, ran.stderr).to.equal(true);
    });
  }

  it('lets `global` through, since a parent chart hands it to all its parts', () => {
    expect(template({ set: { 'global.region': 'eu' } }).ok).to.equal(true);
  });
});
