/** Kind: of an incident over more than 500 repositories, those beyond forget what was done for them. */
import { expect } from 'chai';
import type { IsolatedRepository } from '../../../pkg/api/index.js';
import { Draft, type Incident } from '../../../pkg/reconciler/incidents/draft.js';
import { keepEntries, keptEntries } from '../../../pkg/reconciler/incidents/kept-entries.js';

const NOW = Date.parse('2026-11-22T10:00:00Z');

function incident(status: Incident['status'] = {}): Incident {
  const metadata = { name: 'leak', namespace: 'default', uid: '8dc7dd5c-1022-4050-bccd-3bb6b303ea73', generation: 1 };
  return {
    kind: 'Plus1Incident',
    metadata: { ...metadata, creationTimestamp: new Date(NOW).toISOString() },
    spec: {
      ...{ policyRef: { name: 'acme' }, reason: 'A token was seen', owner: 'security', title: 'A token leaked' },
      ...{ severity: 'High', drill: false, closed: false, indicators: { actions: [], endpoints: [] } },
      isolate: { repositories: [], matching: 'None', actions: 'Disabled', cancelRuns: false, responders: [] },
    },
    status,
  };
}

const entry = (id: number): IsolatedRepository => ({
  ...{ id, name: `r-${id}`, why: 'Named', rulesetID: 7, actions: 'Disabled', actionsBefore: { enabled: true } },
});

describe('Entries of an incident beside its status', () => {
  const signal = new AbortController().signal;
  const files = new Map<string, string>();
  const evidence = {
    entries: async () => [],
    read: async (_incident: string, path: string) => files.get(path),
    keep: async (_incident: string, { path, text }: { path: string; text: string }) => void files.set(path, text),
  };
  const means = { evidence, signal };
  beforeEach(() => files.clear());

  const reread = async (draft: Draft): Promise<Draft> => {
    const next = incident(JSON.parse(JSON.stringify(draft.status(NOW))) as Incident['status']);
    return new Draft(next, await keptEntries(next, means));
  };

  it('are as they were left, also beyond 500, over as many passes as it takes', async () => {
    const draft = new Draft(incident(), []);
    for (let id = 1; id <= 620; id += 1) draft.entries.set(id, entry(id));
    draft.inventory = { refers: [], ran: [], unknown: [] };
    await keepEntries(draft, means);
    const second = await reread(draft);
    expect(second.entries.size).to.equal(620);
    for (const id of [1, 499, 501, 620]) second.entries.set(id, { ...entry(id), actions: 'Restored' });
    await keepEntries(second, means);
    const third = await reread(second);
    const restored = [...third.entries.values()].filter(({ actions }) => actions === 'Restored').map(({ id }) => id);
    expect(restored).to.deep.equal([1, 499, 501, 620]);
    expect(third.status(NOW).total?.isolated).to.equal(620);
  });

  it('are in the status alone where it has room for all', async () => {
    const draft = new Draft(incident(), []);
    for (let id = 1; id <= 500; id += 1) draft.entries.set(id, entry(id));
    draft.inventory = { refers: [], ran: [], unknown: [] };
    await keepEntries(draft, means);
    expect(files.size).to.equal(0);
    expect((await reread(draft)).entries.size).to.equal(500);
  });

  it('are those of before where an older version kept nothing else', async () => {
    files.set('before.json', JSON.stringify([entry(1), entry(2)]));
    const older = incident({ isolated: [entry(1)], total: { isolated: 2, refers: 0, ran: 0, unknown: 0 } });
    expect((await keptEntries(older, means)).map(({ id }) => id)).to.deep.equal([1, 2]);
  });
});
