/** Something else than a regular file, wherever a file is read: one clear line, at once, and never an empty memory. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { SecretFolder, StateFolder } from '../../../pkg/policies/index.js';
import { FolderScanner } from '../../../pkg/policies/folder/scan.js';
import { plus1, spawnPlus1, temporaryFolder } from '../../integration/cli.js';

const NEVER = new AbortController().signal;
const KEY = { namespace: 'default', name: 'acme' };

/** Puts something at the path that no reader may take for a file. */
interface Trick {
  name: string;
  make: (path: string) => void | Promise<void>;
  says: RegExp;
}

const TRICKS: Trick[] = [
  { name: 'a pipe', make: (path) => void execFileSync('mkfifo', [path]), says: /a pipe, not a regular file/ },
  { name: 'a link to a pipe', make: linkToPipe, says: /a pipe, not a regular file/ },
  { name: 'a link to /dev/zero', make: (path) => symlinkSync('/dev/zero', path), says: /a device, not a regular file/ },
  { name: 'a link to /dev/null', make: (path) => symlinkSync('/dev/null', path), says: /a device, not a regular file/ },
  { name: 'a link to /proc/kmsg', make: (path) => symlinkSync('/proc/kmsg', path), says: /no regular file|denied/ },
  { name: 'a link to /proc/self/maps', make: (path) => symlinkSync('/proc/self/maps', path), says: /no regular file/ },
  { name: 'a link to itself', make: (path) => symlinkSync(path, path), says: /loop of symbolic links \(ELOOP\)/ },
  { name: 'a link that leads nowhere', make: (path) => symlinkSync('/none/x', path), says: /link that leads nowhere/ },
  { name: 'a socket', make: socketAt, says: /a socket, not a regular file|does not exist/ },
  {
    name: 'bytes that are no UTF-8',
    make: (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d])),
    says: /UTF-8/,
  },
  { name: 'a file of 4 GB', make: hugeAt, says: /larger than \d+ bytes/ },
];

function linkToPipe(path: string): void {
  execFileSync('mkfifo', [`${path}.pipe`]);
  symlinkSync(`${path}.pipe`, path);
}

/** A socket stays in the file system for as long as its server listens. */
const servers: ReturnType<typeof createServer>[] = [];
function socketAt(path: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
}

function hugeAt(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 4_294_967_296);
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => `no error, but ${JSON.stringify(value)}`,
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

describe('In place of a file', function () {
  after(() => servers.forEach((server) => server.close()));

  for (const { name, make, says } of TRICKS) {
    describe(name, () => {
      it('is no empty memory as a state', async () => {
        const folder = temporaryFolder();
        mkdirSync(join(folder, 'default'));
        await make(join(folder, 'default', 'acme.json'));
        const state = new StateFolder(folder);
        expect(await messageOf(state.read(KEY, NEVER)))
          .to.match(/^PLUS1_STATE_UNREADABLE: /)
          .and.match(says);
        expect((await state.list(NEVER)).faults.map(({ error }) => error.code)).to.deep.equal([
          'PLUS1_STATE_UNREADABLE',
        ]);
      });

      it('is refused as a policy of sync -f, with 2', async () => {
        const path = join(temporaryFolder(), 'policy.yaml');
        await make(path);
        const ran = await plus1(['sync', '-f', path, '--token', 'x']);
        expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
        expect(ran.stderr)
          .to.match(/^PLUS1_(FILE_UNREADABLE|POLICY_INVALID): [^\n]* Fix: [^\n]*\n$/)
          .and.match(says);
      });

      it('is a fault of its file in a folder of policies, so that nobody is forgotten for it', async () => {
        const folder = temporaryFolder();
        await make(join(folder, 'acme.yaml'));
        const { files } = await new FolderScanner(folder, () => Date.now() + 11_000).scan(NEVER);
        expect(files.find((file) => file.name === 'acme.yaml')?.fault).to.match(says);
      });

      it('is no key of a Secret', async () => {
        const folder = temporaryFolder();
        mkdirSync(join(folder, 'acme'));
        await make(join(folder, 'acme', 'token'));
        expect(await messageOf(new SecretFolder(folder).read('default', 'acme', NEVER)))
          .to.match(/^PLUS1_SECRET_INVALID: cannot read acme\/token/)
          .and.match(says);
      });
    });
  }

  it('a pipe without a writer holds no process: it ends at once by itself', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const ran = await spawnPlus1(['validate', path]).ended;
    expect([ran.code, ran.stderr]).to.deep.equal([
      2,
      `PLUS1_FILE_UNREADABLE: "${path}": it is a pipe, not a regular file. Fix: check that the path exists and may be read.\n`,
    ]);
  });

  it('a link to nowhere above the state is no empty memory', async () => {
    const folder = temporaryFolder();
    for (const place of ['default', 'state']) symlinkSync('/none/volume', join(folder, place));
    expect(await messageOf(new StateFolder(folder).read(KEY, NEVER))).to.match(/leads nowhere/);
    expect(await messageOf(new StateFolder(join(folder, 'state')).read(KEY, NEVER))).to.match(/leads nowhere/);
    expect(await messageOf(new StateFolder(join(folder, 'state')).list(NEVER))).to.match(/^PLUS1_STATE_UNREADABLE/);
  });
});

describe('The sweep of a state folder', () => {
  const OLD_S = 1_000_000;
  const old = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    utimesSync(path, OLD_S, OLD_S);
    return path;
  };
  const OURS = '.plus1-01234567-89ab-4cde-8f01-23456789abcd.tmp';

  it('ends where links lead back to the folder, and follows none', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    old(join(elsewhere, OURS));
    for (const name of ['a', 'b', 'c', 'default']) symlinkSync('.', join(folder, name));
    mkdirSync(join(folder, '.cache'));
    for (const name of ['a', 'b', 'c']) symlinkSync('..', join(folder, '.cache', name));
    symlinkSync(elsewhere, join(folder, 'other'));
    await new StateFolder(folder).sweep(Date.now());
    expect(readdirSync(elsewhere)).to.deep.equal([OURS]);
  });

  it('takes away what is ours, and nothing else', async () => {
    const folder = temporaryFolder();
    const ours = [join(folder, 'default', OURS), join(folder, '.cache', 'default', 'acme.json.7.tmp')];
    const others = ['default/notes.7.tmp', 'default/acme.json', 'default/.plus1-x.tmp', `deep/er/${OURS}`, OURS];
    ours.map(old);
    others.map((name) => old(join(folder, name)));
    await new StateFolder(folder).sweep(Date.now());
    for (const name of others) expect(readFileSync(join(folder, name), 'utf8')).to.equal('x');
    expect(readdirSync(join(folder, '.cache', 'default'))).to.deep.equal([]);
    expect(readdirSync(join(folder, 'default')).sort()).to.deep.equal(['.plus1-x.tmp', 'acme.json', 'notes.7.tmp']);
  });
});
