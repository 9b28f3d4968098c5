/** Kind of fault: a report that says that nothing was found, of what nobody looked at. */
import { expect } from 'chai';
import type { IncidentSpec, IncidentStatus } from '../../pkg/api/index.js';
import { contentOf, type ReportContent } from '../../pkg/report/incident/model.js';

const SPEC = {
  ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'High', commander: 'grace', owner: 'security' },
  ...{ detectedAt: '2026-11-01T00:00:00Z', reason: 'A token was seen in a public log', drill: false, closed: false },
  ...{ window: { start: '2026-10-31T00:00:00Z' }, ticket: 'https://tickets.example.com/1' },
  indicators: { actions: [{ name: 'vendor/tool', refs: [], commits: [] }], endpoints: [] },
  isolate: { repositories: [], matching: 'None', actions: 'Keep', cancelRuns: false, responders: [] },
} as unknown as IncidentSpec;

const contentWith = (status: IncidentStatus): ReportContent =>
  contentOf({
    ...{ name: 'leak', namespace: 'default', uid: 'u', organization: 'acme', spec: SPEC, status },
    madeAt: '2026-11-01T01:00:00Z',
  });
const noneOf = ({ tables }: ReportContent, title: string): string | undefined =>
  tables.find((table) => table.title === title)?.none;

describe('the report of an incident', () => {
  it('says of what nobody looked at that nobody did', () => {
    const content = contentWith({});
    for (const title of ['Who refers', 'Who ran it within the window', 'What is not known'])
      expect(noneOf(content, title), title).to.equal('Nobody looked yet.');
    expect(content.open[0]).to.match(/^Nobody looked yet/);
    expect(content.tiles.map(({ name }) => name)).to.not.include('Not known');
  });

  it('says of what could be read alone that it does not refer', () => {
    const unknown = [{ repository: '*', what: 'index', why: 'no index of workflow files' }];
    const content = contentWith({ inventory: { refers: [], ran: [], unknown } });
    expect(noneOf(content, 'Who refers')).to.match(/^No file that could be read .*: see what is not known\.$/);
    const whole = contentWith({ inventory: { refers: [], ran: [], unknown: [] } });
    expect(noneOf(whole, 'Who refers')).to.equal('No file refers to an action that is known to be bad.');
  });
});
