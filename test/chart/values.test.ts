import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { CHART, helmOrSkip, runHelm, template } from './render.js';

const SETUPS = readdirSync(`${CHART}/ci`)
  .filter((name) => name.endsWith('-values.yaml'))
  .map((name) => `ci/${name}`);

const REFUSED: readonly { set: Record<string, string>; says: RegExp; reason: string; kubeVersion?: string }[] = [
  { set: { replica: '2' }, says: /additional properties 'replica'/, reason: 'a misspelt value would be ignored' },
  { set: { 'image.tga': 'x' }, says: /additional properties 'tga'/, reason: 'also inside a map' },
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

  it('lets `global` through, since a parent chart hands it to all its parts', () => {
    expect(template({ set: { 'global.region': 'eu' } }).ok).to.equal(true);
  });
});
