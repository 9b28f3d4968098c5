/** Kind of fault: the page calls somebody governed whom nothing protects. */
import { expect } from 'chai';
import { realFiles, type Entry } from '../../pkg/journal/index.js';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { WebSource } from '../../pkg/web/index.js';
import { CONTEXT, POLICY, signal, snapshotOf, Stage } from '../journal/stage.js';
import { removeTemporaryFolders } from '../temporary-folder.js';

after(removeTemporaryFolders);

const TIME = '2026-11-28T04:00:00.000Z';
const exempted = (more: object): Entry => ({
  kind: 'ExemptionStarted',
  data: { ...{ repository: 'svc-2', effect: 'Release', reason: 'sold', expiresAt: '2037-01-01T00:00:00Z' }, ...more },
});

/** `yes`, `no` or the effect of an exemption, by name. */
async function governed(ruleset: object, entries: Entry[] = []): Promise<Record<string, string>> {
  const stage = new Stage();
  const writer = await stage.writer({ snapshot: () => ({ ...snapshotOf([1, 2]), ruleset }) });
  await writer.append([...entries, { kind: 'PolicyDeleted', data: {} }], CONTEXT, signal);
  const record = { key: { namespace: POLICY.namespace, name: POLICY.name }, status: {} } as unknown as PolicyRecord;
  const source = new WebSource({
    ...{ home: { list: () => [record] }, journalRoot: stage.root, files: realFiles, reports: undefined },
    following: () => undefined,
  });
  const state = await source.state(record);
  const rows = (state?.rows ?? []).map(({ name, isGoverned, exemption }) => [
    name,
    exemption ?? (isGoverned ? 'yes' : 'no'),
  ]);
  return Object.fromEntries(rows) as Record<string, string>;
}

describe('A row of the web page', () => {
  const active = { enforcement: 'active', rules: [{ type: 'deletion' }] };

  it('is governed where the ruleset targets it and protects', async () => {
    expect(await governed(active)).to.deep.equal({ 'svc-1': 'yes', 'svc-2': 'yes' });
  });

  it('is not where the ruleset is switched off, or has no rule', async () => {
    for (const ruleset of [
      { ...active, enforcement: 'disabled' },
      { ...active, enforcement: 'evaluate' },
      { ...active, rules: [] },
    ])
      expect(await governed(ruleset), JSON.stringify(ruleset)).to.deep.equal({ 'svc-1': 'no', 'svc-2': 'no' });
  });

  it('is not while it is exposed', async () => {
    const exposure: Entry = {
      kind: 'ExposureStarted',
      data: { repositories: [{ id: 1, name: 'svc-1', since: TIME, seconds: 0 }] },
    };
    expect(await governed(active, [exposure])).to.include({ 'svc-1': 'no' });
  });

  it('names an exemption by its id, and by its name in whatever case; one of another id is not its own', async () => {
    expect(await governed(active, [exempted({ repository: 'SVC-2' })])).to.include({ 'svc-2': 'Release' });
    expect(await governed(active, [exempted({ repository: 'old', repositoryID: 2 })])).to.include({
      'svc-2': 'Release',
    });
    expect(await governed(active, [exempted({ repositoryID: 77 })])).to.include({ 'svc-2': 'yes' });
  });
});
