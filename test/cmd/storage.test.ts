/** A volume that is nearly full: caches give way to journal and state, and that is told once. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { shortageFor, Storage } from '../../cmd/plus1/storage.js';
import { CacheFolder, StateFolder, type PolicyEvent } from '../../pkg/policies/index.js';
import { Metrics } from '../../pkg/telemetry/index.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

after(removeTemporaryFolders);

const MIB = 1_048_576;
const ACME = { namespace: 'default', name: 'acme' };
const OTHER = { namespace: 'default', name: 'other' };
const signal = new AbortController().signal;

class Volume {
  readonly folder = temporaryFolder();
  readonly lines: string[] = [];
  readonly events: (PolicyEvent & { policy: string })[] = [];
  freeBytes = 1_000 * MIB;
  readonly storage = new Storage({
    folder: this.folder,
    log: { info: (message) => void this.lines.push(message), warn: (message) => void this.lines.push(message) },
    onLow: ({ name }, event) => void this.events.push({ policy: name, ...event }),
    space: () => Promise.resolve({ totalBytes: 8_192 * MIB, freeBytes: this.freeBytes }),
  });
  readonly cache = new CacheFolder(this.folder).askForRoom(this.storage.hasRoom);
}

describe('A state folder whose volume is nearly full', () => {
  it('keeps no cache any more, and keeps the state all the same', async () => {
    const volume = new Volume();
    await volume.cache.save(ACME, { a: 1 }, signal);
    volume.freeBytes = 64 * MIB;
    await volume.cache.save(ACME, { a: 2 }, signal);
    await volume.cache.save(OTHER, { a: 2 }, signal);
    expect(await volume.cache.load(ACME, signal)).to.deep.equal({ a: 1 });
    expect(await volume.cache.load(OTHER, signal)).to.equal(undefined);
    const state = new StateFolder(volume.folder);
    await state.prove(ACME);
    expect(existsSync(dirname(state.path(ACME)))).to.equal(true);
    volume.freeBytes = 65 * MIB;
    await volume.cache.save(ACME, { a: 3 }, signal);
    expect(await volume.cache.load(ACME, signal)).to.deep.equal({ a: 3 });
  });

  it('says so once for each policy, and again only after there was room', async () => {
    const volume = new Volume();
    const fill = async (freeMiB: number): Promise<void> => {
      volume.freeBytes = freeMiB * MIB;
      for (const key of [ACME, OTHER, ACME]) await volume.cache.save(key, {}, signal);
    };
    await fill(64);
    await fill(10);
    expect(volume.events.map(({ policy, type, reason }) => [policy, type, reason])).to.deep.equal([
      ['acme', 'Warning', 'StorageLow'],
      ['other', 'Warning', 'StorageLow'],
    ]);
    expect(volume.events[0]?.message).to.match(/has 64\.0 MiB left.*the next one asks GitHub again$/);
    await fill(1_000);
    await fill(64);
    expect(volume.events).to.have.length(4);
    expect(volume.lines.filter((line) => line === 'Storage has room again')).to.have.length(2);
  });

  it('keeps out a report on the same volume, and none on another one', async () => {
    const folder = temporaryFolder();
    const space = (): Promise<{ totalBytes: number; freeBytes: number }> =>
      Promise.resolve({ totalBytes: 8_192 * MIB, freeBytes: 64 * MIB });
    expect(await shortageFor(join(folder, 'report.json'), 10, { folder, space })).to.match(/has 64\.0 MiB left/);
    expect(await shortageFor('/proc/report.json', 10, { folder, space })).to.equal(undefined);
    expect(await shortageFor(join(folder, 'report.json'), 10, { folder: join(folder, 'none'), space })).to.equal(
      undefined,
    );
    expect(await shortageFor(join(folder, 'report.json'), 10, { folder })).to.equal(undefined);
  });

  it('is measured by kind', async () => {
    const volume = new Volume();
    const write = (path: string, bytes: number): void => {
      mkdirSync(dirname(join(volume.folder, path)), { recursive: true });
      writeFileSync(join(volume.folder, path), Buffer.alloc(bytes));
    };
    write('.journal/default/acme.3f9a1c07/0badcafe.8c1d22ab/00000001.jsonl', 1_000);
    write('.journal/key.pem', 100);
    write('.cache/default/acme.json', 50);
    write('default/acme.json', 7);
    write('.days/default/acme.json', 3);
    volume.freeBytes = 12_345;
    const metrics = new Metrics({ version: '0.2.0', defaultMetrics: false });
    await volume.storage.measure(metrics.storage());
    const text = await metrics.registry.metrics();
    for (const line of [
      'plus1_state_bytes{kind="journal"} 1100',
      'plus1_state_bytes{kind="cache"} 50',
      'plus1_state_bytes{kind="state"} 7',
      'plus1_state_bytes{kind="other"} 3',
      'plus1_state_free_bytes 12345',
      `plus1_state_reserved_bytes ${64 * MIB}`,
    ])
      expect(text).to.include(line);
  });
});
