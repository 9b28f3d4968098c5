import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFileAtomic } from '../../../pkg/base/index.js';
import { StateFolder, type StoredPolicy } from '../../../pkg/policies/index.js';
import { temporaryFolder } from '../../integration/cli.js';

const SIGNAL = new AbortController().signal;

function policy(name: string, namespace = 'default'): StoredPolicy {
  return {
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: { name, namespace },
    spec: {},
  } as unknown as StoredPolicy;
}

describe('The state folder', () => {
  let folder: string;
  let state: StateFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    state = new StateFolder(folder);
  });

  it('keeps each policy in a file of its own, readable by its owner alone', async () => {
    await state.write({ namespace: 'team', name: 'acme' }, policy('acme', 'team'), SIGNAL);
    expect(readdirSync(join(folder, 'team'))).to.deep.equal(['acme.json']);
    expect(await state.read({ namespace: 'team', name: 'acme' }, SIGNAL)).to.deep.equal(policy('acme', 'team'));
    expect(await state.read({ namespace: 'team', name: 'beta' }, SIGNAL)).to.equal(undefined);
  });

  it('lists what can be read, and tells what cannot', async () => {
    for (const name of ['b', 'a']) await state.write({ namespace: 'default', name }, policy(name), SIGNAL);
    writeFileSync(join(folder, 'default', 'torn.json'), '{"kind":');
    mkdirSync(join(folder, '.cache', 'default'), { recursive: true });
    writeFileSync(join(folder, '.cache', 'default', 'a.json'), 'x');
    writeFileSync(join(folder, 'default', 'a.json.7.tmp'), 'x');
    writeFileSync(join(folder, 'default', '%.json'), JSON.stringify(policy('odd')));
    const { policies, faults } = await state.list(SIGNAL);
    expect(policies.map(({ metadata }) => metadata.name)).to.include.members(['a', 'b']);
    expect(faults.map(({ error }) => error.code)).to.include('PLUS1_STATE_UNREADABLE');
    expect(faults.map(({ error }) => error.message).join()).to.include('default/torn');
  });

  it('knows nothing where there is no folder', async () => {
    expect(await new StateFolder(join(folder, 'none')).list(SIGNAL)).to.deep.equal({ policies: [], faults: [] });
  });

  it('leaves the old file whole where the new one cannot be written', async () => {
    const key = { namespace: 'default', name: 'acme' };
    await state.write(key, policy('acme'), SIGNAL);
    const before = readFileSync(state.path(key), 'utf8');
    await expectRejection(state.write(key, policy('acme'), AbortSignal.abort(new Error('stop'))));
    await expectRejection(writeFileAtomic(join(state.path(key), 'below'), 'x'));
    expect(readFileSync(state.path(key), 'utf8')).to.equal(before);
    expect(readdirSync(join(folder, 'default'))).to.deep.equal(['acme.json']);
  });

  it('takes away what a killed process left half written, once it is old', async () => {
    const now = Date.now();
    mkdirSync(join(folder, '.cache', 'default'), { recursive: true });
    const old = [join(folder, '.cache', 'default', 'acme.json.123.tmp')];
    const others = [join(folder, 'fresh.json.124.tmp'), join(folder, 'acme.json'), join(folder, 'notes.tmp')];
    for (const path of [...old, ...others]) writeFileSync(path, 'x');
    for (const path of [...old, join(folder, 'acme.json'), join(folder, 'notes.tmp')])
      utimesSync(path, now / 1_000 - 7_200, now / 1_000 - 7_200);
    await state.sweep(now);
    expect(readdirSync(join(folder, '.cache', 'default'))).to.deep.equal([]);
    expect(readdirSync(folder).sort()).to.deep.equal(['.cache', 'acme.json', 'fresh.json.124.tmp', 'notes.tmp']);
    await new StateFolder(join(folder, 'none')).sweep(now);
  });
});

async function expectRejection(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(Error);
}
