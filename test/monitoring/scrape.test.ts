/** The controller as it runs, what is scraped from it, and whether the cases, the rules and the dashboards fit that. */
import { expect } from 'chai';
import { startDemo, type Demo } from './support/demo.js';
import { eventually } from './support/eventually.js';
import { alertCases, alertRules, panelQueries } from './support/files.js';
import { startPrometheus, type Prometheus } from './support/prometheus.js';
import { need } from './support/tools.js';

/** What Grafana would choose for a scrape interval of a second, with room for a busy machine. */
const WINDOW = '20s';

/** A series as name and labels, sorted: the order of labels means nothing. */
function canonical(series: string): string {
  const [, name = '', labels = ''] = /^([a-z0-9_:]+)(?:\{(.*)\})?/.exec(series) ?? [];
  return `${name}{${[...labels.matchAll(/[a-z_]+="[^"]*"/g)].map(String).sort().join(',')}}`;
}

describe('scrape of the running controller', function () {
  let demo: Demo;

  before(async () => {
    demo = await startDemo();
  });
  after(() => demo?.close());

  it('has every series that the cases of the alerts feed in, with the same labels', async () => {
    const lines = (await demo.scrape()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const scraped = new Set(lines.map(canonical));
    const fed = alertCases().flatMap(({ input_series }) => input_series.map(({ series }) => canonical(series)));
    expect(fed.filter((series) => !scraped.has(series))).to.deep.equal([]);
  });

  describe('by a Prometheus', () => {
    let prometheus: Prometheus;

    before(async function () {
      prometheus = await startPrometheus(need('prometheus', this), demo.address);
    });
    after(() => prometheus?.close());

    it('evaluates every rule without a fault', async () => {
      const wanted = alertRules().map(({ alert }) => alert);
      await eventually('every rule was evaluated', async () => {
        const rules = await prometheus.rules();
        return rules.length === wanted.length && rules.every(({ health }) => health !== 'unknown');
      });
      const rules = await prometheus.rules();
      expect(rules.map(({ name }) => name)).to.deep.equal(wanted);
      for (const { name, health, lastError } of rules) expect(health, `${name}: ${lastError}`).to.equal('ok');
    });

    it('has data for every query of every panel', async () => {
      let missing = panelQueries(WINDOW);
      const look = async (): Promise<boolean> => {
        const found = await Promise.all(missing.map(async ({ expr }) => (await prometheus.query(expr)).length > 0));
        missing = missing.filter((_, index) => found[index] !== true);
        return missing.length === 0;
      };
      // A rate needs two scrapes, and a quantile an observation between them.
      await eventually('every query returned data', look).catch((error: unknown) => {
        if (missing.length === 0) throw error;
      });
      expect(missing).to.deep.equal([]);
    });
  });
});
