/** What lies in folders: state that is whole or an error, a cache that is whole or nothing, Secrets as they are mounted. */
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFileAtomic } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { CacheFolder, SecretFolder, StateFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { temporaryFolder } from '../integration/cli.js';

const KEY = { namespace: 'default', name: 'acme' };
const pointTo = (link: string, target: string): void => {
  unlinkSync(link);
  symlinkSync(target, link);
};

const never = new AbortController().signal;
const POLICY = {
  ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'default' } },
  ...{ spec: { organization: 'acme' }, status: { window: { startTime: '2026-11-22T10:00:00Z', members: 4, left: 1 } } },
} as unknown as StoredPolicy;

const named = (name: string): StoredPolicy => ({ ...POLICY, metadata: { ...POLICY.metadata, name } });

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof Plus1Error ? error.code : String(error)),
  );

describe('The state folder', () => {
  it('gives back what was put in, for the owner alone to read', async () => {
    const folder = temporaryFolder();
    const state = new StateFolder(folder);
    expect(await state.read(KEY, never)).to.equal(undefined);
    await state.write(KEY, POLICY, never);
    expect((await state.read(KEY, never))?.status).to.deep.equal(POLICY.status);
    expect(statSync(join(folder, 'default', 'acme.json')).mode & 0o777).to.equal(0o600);
    expect(readdirSync(join(folder, 'default'))).to.deep.equal(['acme.json']);
  });

  it('is made with the folders above it, once or many times', async () => {
    const state = new StateFolder(join(temporaryFolder(), 'a', 'b'));
    await Promise.all([1, 2, 3].map((each) => state.write({ ...KEY, name: `p${each}` }, named(`p${each}`), never)));
    expect((await state.list(never)).policies).to.have.length(3);
  });

  it('says at once that it cannot be made where nothing can be made', async () => {
    for (const folder of ['/proc/none', '/dev/null/none'])
      expect(await codeOf(new StateFolder(folder).write(KEY, POLICY, never))).to.equal('PLUS1_STATE_UNWRITABLE');
  });

  for (const text of ['', '{', 'null', '[]', '"x"', '{"status":{}}']) {
    it(`takes ${JSON.stringify(text)} for an error, never for an empty memory`, async () => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'default'));
      writeFileSync(join(folder, 'default', 'acme.json'), text);
      expect(await codeOf(new StateFolder(folder).read(KEY, never))).to.equal('PLUS1_STATE_UNREADABLE');
    });
  }

  it('keeps the earlier state where a new one cannot be written', async () => {
    const [folder, place] = [temporaryFolder(), join(temporaryFolder(), 'state')];
    symlinkSync(folder, place);
    const state = new StateFolder(place);
    await state.write(KEY, POLICY, never);
    pointTo(place, '/proc/none');
    expect(await codeOf(state.write(KEY, { ...POLICY, status: {} }, never))).to.equal('PLUS1_STATE_UNWRITABLE');
    pointTo(place, folder);
    expect((await state.read(KEY, never))?.status).to.deep.equal(POLICY.status);
  });

  it('is kept for names of the longest length that a file may have', async () => {
    const state = new StateFolder(temporaryFolder());
    const key = { ...KEY, name: 'n'.repeat(250) };
    await state.write(key, named(key.name), never);
    expect((await state.read(key, never))?.metadata.name).to.equal(key.name);
  });

  it('cannot be left by the name of a policy', async () => {
    const folder = temporaryFolder();
    await new StateFolder(join(folder, 'state')).write({ namespace: 'default', name: '../../sly' }, POLICY, never);
    expect(readdirSync(folder)).to.deep.equal(['state']);
  });
});

describe('The cache folder', () => {
  it('gives back what was saved, and nothing where it is missing or torn', async () => {
    const folder = temporaryFolder();
    const cache = new CacheFolder(folder);
    expect(await cache.load(KEY, never)).to.equal(undefined);
    await cache.save(KEY, { version: 1 }, never);
    expect(await cache.load(KEY, never)).to.deep.equal({ version: 1 });
    writeFileSync(join(folder, '.cache', 'default', 'acme.json'), '{"version":');
    expect(await cache.load(KEY, never)).to.equal(undefined);
  });
});

describe('The credentials folder', () => {
  const secret = (files: Record<string, string>): SecretFolder => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'key'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'key', name), text);
    return new SecretFolder(folder);
  };

  it('cuts one line break at the end of a value, and no more', async () => {
    const files = { token: 'a\n', 'ca.crt': 'b\r\n', githubAppID: 'c\n\n', githubAppPrivateKey: 'd' };
    expect(await secret(files).read('default', 'key', never)).to.deep.equal({
      ...{ token: 'a', 'ca.crt': 'b', githubAppID: 'c\n', githubAppPrivateKey: 'd' },
    });
  });

  it('follows the links of a mounted Secret', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'key', '..2026'), { recursive: true });
    writeFileSync(join(folder, 'key', '..2026', 'token'), 'a');
    symlinkSync('..2026', join(folder, 'key', '..data'));
    symlinkSync('..data/token', join(folder, 'key', 'token'));
    expect(await new SecretFolder(folder).read('default', 'key', never)).to.deep.equal({ token: 'a' });
  });

  it('refuses a value larger than any key, and says nothing of what is in it', async () => {
    const error = await secret({ token: 'x'.repeat(70_000) })
      .read('default', 'key', never)
      .catch((thrown: unknown) => thrown as Plus1Error);
    expect(error).to.include({ code: 'PLUS1_SECRET_INVALID' });
    expect((error as Plus1Error).message).to.not.include('xxx');
  });

  it('tells a Secret that is not there from one that is empty', async () => {
    expect(await codeOf(secret({}).read('default', 'absent', never))).to.equal('PLUS1_SECRET_NOT_FOUND');
    expect(await secret({}).read('default', 'key', never)).to.deep.equal({});
  });
});

describe('An atomic write', () => {
  it('replaces the whole file, and leaves nothing beside it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'deep', 'report.json');
    mkdirSync(join(folder, 'deep'));
    await writeFileAtomic(path, 'one, and longer');
    await writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).to.equal('two');
    expect(readdirSync(join(folder, 'deep'))).to.deep.equal(['report.json']);
  });

  it('writes nothing once it was told to stop', async () => {
    const path = join(temporaryFolder(), 'report.json');
    await codeOf(writeFileAtomic(path, 'x', { signal: AbortSignal.abort() }));
    expect(readdirSync(join(path, '..'))).to.deep.equal([]);
  });
});
