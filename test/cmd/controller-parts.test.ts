import { expect } from 'chai';
import { metricsOf } from '../../cmd/plus1/controller-parts.js';

/** Names of the series of `nodejs_*` and `process_*`. */
const ofNode = async (metricsAddress: string): Promise<string[]> =>
  (await metricsOf({ metricsAddress }).registry.getMetricsAsJSON())
    .map(({ name }) => name)
    .filter((name) => /^(nodejs|process)_/.test(name));

describe('the metrics of a controller', () => {
  it("have Node's own series where they are served", async () => {
    expect(await ofNode(':0')).to.include('nodejs_eventloop_lag_p99_seconds');
  });

  it('have none of them where --metrics-address is off: they would wake a process at rest for nobody', async () => {
    expect(await ofNode('0')).to.be.empty;
  });
});
