import { expect } from 'chai';
import { parse } from 'yaml';
import { textOf } from '../generate/chart-files.js';
import { helmOrSkip, only, render, type Rendered } from './render.js';

describe('monitoring of the chart', () => {
  let usual: Rendered[];
  let objects: Rendered[];
  before(function () {
    helmOrSkip(this);
    usual = render();
    objects = render({ values: ['ci/monitoring-values.yaml'] });
  });

  it('makes nothing that needs an operator unless it is asked for', () => {
    expect(usual.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com'))).to.deep.equal([]);
    expect(usual.filter(({ kind }) => kind === 'ConfigMap')).to.deep.equal([]);
  });

  it('lets Prometheus find the Service by its labels and the name of its port', () => {
    const monitor = only(objects, 'ServiceMonitor')['spec'];
    const service = only(objects, 'Service');
    expect(service.metadata.labels).to.include(monitor.selector.matchLabels);
    expect(monitor.namespaceSelector.matchNames).to.deep.equal([service.metadata.namespace]);
    expect(service['spec'].ports[0]).to.include({ name: monitor.endpoints[0].port, port: 9090 });
  });

  it('hands on the alert rules as they are, their templates too', () => {
    const rules = render({ set: { 'metrics.prometheusRule.enabled': 'true' } });
    expect(only(rules, 'PrometheusRule')['spec']).to.deep.equal(parse(textOf('deploy/prometheus/rules.yaml')));
  });

  it('puts the base before the path of every runbook', () => {
    const groups = only(objects, 'PrometheusRule')['spec'].groups as {
      rules: { annotations: { runbook_url: string } }[];
    }[];
    const links = groups.flatMap(({ rules }) => rules.map(({ annotations }) => annotations.runbook_url));
    expect(links).not.to.deep.equal([]);
    for (const link of links) expect(link).to.match(/^https:\/\/example\.com\/plus1\/docs\/guides\/operations\.md#/);
  });

  it('makes a ConfigMap of each dashboard, with the label that the sidecar of Grafana looks for', () => {
    const maps = objects.filter(({ kind }) => kind === 'ConfigMap');
    expect(maps.map(({ metadata }) => metadata.name)).to.deep.equal([
      'plus1-dashboard-compliance',
      'plus1-dashboard-operation',
    ]);
    for (const { metadata, data } of maps) {
      expect(metadata.labels).to.include({ grafana_dashboard: '1' });
      const [[name, text] = ['', '']] = Object.entries(data as Record<string, string>);
      expect(JSON.parse(text)).to.deep.equal(JSON.parse(textOf(`deploy/grafana/${name.replace('plus1-', '')}`)));
    }
  });
});
