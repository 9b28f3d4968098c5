import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BASE_DOCKERFILE, baseImageFolder } from './support/base-image.js';
import { runCommand } from './support/command.js';
import { eventually } from './support/eventually.js';
import { freePorts } from './support/free-ports.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD_TIMEOUT_MS = 900_000;
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** Why it cannot be built here; undefined where it can. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const found = (name: string): boolean => spawnSync('which', [name]).status === 0;
  const tools = ['buildah', 'debootstrap'].filter((name) => !found(name));
  return tools.length === 0 ? undefined : `no ${tools.join(' and ')}`;
}

describe('image', function () {
  this.timeout(BUILD_TIMEOUT_MS);
  let store: string;
  /** Where the kernel has overlays here: `vfs` copies the whole base, a third of a gigabyte, for each layer and container. */
  let driver = 'overlay';
  let container: string;
  let mounted: string;
  let user: string;
  let entrypoint: string[];
  let controller: ChildProcess | undefined;

  const buildah = async (...args: string[]): Promise<string> => {
    const where = ['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', driver];
    const ran = await runCommand('buildah', [...where, ...args], { timeoutMs: BUILD_TIMEOUT_MS });
    return ran.stdout.trim();
  };

  before(async function () {
    const reason = missing();
    if (reason !== undefined) {
      console.error(`The test of the image is skipped: ${reason}.`);
      this.skip();
    }
    store = mkdtempSync(join(tmpdir(), 'plus1-image-'));
    const base = await baseImageFolder();
    writeFileSync(join(store, 'Dockerfile'), BASE_DOCKERFILE);
    const bases = (): Promise<string> =>
      buildah('bud', '--isolation', 'chroot', '-f', join(store, 'Dockerfile'), '-t', 'localhost/base', base);
    await bases().catch(() => {
      driver = 'vfs';
      rmSync(join(store, 'root'), { recursive: true, force: true });
      return bases();
    });
    await build();
    container = await buildah('from', 'localhost/plus1');
    mounted = await buildah('mount', container);
    const inspected = JSON.parse(await buildah('inspect', container)) as {
      OCIv1: { config: { User: string; Entrypoint: string[] } };
    };
    ({ User: user, Entrypoint: entrypoint } = inspected.OCIv1.config);
  });
  after(async () => {
    controller?.kill('SIGKILL');
    if (store === undefined) return;
    if (container !== undefined) await buildah('rm', container);
    rmSync(store, { recursive: true, force: true });
  });

  /** From what git has and will have: what lies about in a checkout must not be what makes it build. */
  const build = async (): Promise<void> => {
    const context = join(store, 'context');
    mkdirSync(context);
    const listed = await runCommand('git', ['-C', ROOT, 'ls-files', '--cached', '--others', '--exclude-standard']);
    for (const path of listed.stdout.trim().split('\n')) {
      if (/^(cmd|pkg|deploy\/image)\/|^[^/]+$/.test(path)) cpSync(join(ROOT, path), join(context, path));
    }
    writeFileSync(join(context, '.env'), 'GITHUB_TOKEN=not-a-token');
    const bases = ['BUILD_BASE', 'BASE'].flatMap((name) => ['--build-arg', `${name}=localhost/base`]);
    const secret = ['--secret', `id=npmrc,src=${npmrc()}`];
    const file = ['-f', join(context, 'deploy/image/Dockerfile'), '-t', 'localhost/plus1'];
    await buildah('bud', '--isolation', 'chroot', ...bases, ...secret, ...file, context);
  };

  /** The user's own settings for the registry, or none. */
  const npmrc = (): string => {
    const file = join(store, 'npmrc');
    try {
      cpSync(join(homedir(), '.npmrc'), file);
    } catch {
      writeFileSync(file, '');
    }
    return file;
  };

  const start = (port: number, policies: string): ChildProcess => {
    const [uid = '', gid = ''] = user.split(':');
    const args = [
      'controller',
      '--policies',
      policies,
      '--metrics-address',
      '0',
      '--health-address',
      `127.0.0.1:${port}`,
    ];
    // As an unprivileged process with the image's files alone. buildah's own `run` would stand between us and its signals.
    const flags = [`--userspec=${uid}:${gid}`, '--groups=', mounted, ...entrypoint, ...args];
    // /usr/sbin is for chroot itself.
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin', XDG_STATE_HOME: '/var/lib' };
    return spawn('chroot', flags, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  };

  it('runs the program itself, as a user that is no root', () => {
    expect(user).to.equal('65532:65532');
    expect(entrypoint).to.deep.equal(['node', '/app/dist/cmd/plus1/main.js']);
  });

  it('says its version, on Node 24', async () => {
    const run = (...args: string[]): Promise<string> =>
      buildah('run', '--isolation', 'chroot', container, '--', ...args);
    expect(await run(...entrypoint, '--version')).to.equal(VERSION);
    expect(await run('node', '--version')).to.match(/^v24\./);
  });

  it('holds what runs and nothing else', async () => {
    const { stdout } = await runCommand('find', [join(mounted, 'app'), '-maxdepth', '3', '-printf', '%P\n']);
    const files = stdout.split('\n');
    expect(files).to.include.members(['package.json', 'dist/cmd', 'dist/chunks', 'dist/THIRD_PARTY_LICENSES']);
    for (const unwanted of ['node_modules', 'pkg', 'test', '.env', '.npmrc']) expect(files).not.to.include(unwanted);
  });

  it('starts as that user, is ready, stops in order when asked, and writes nowhere but into its state', async () => {
    const policies = '/var/lib/policies';
    mkdirSync(join(mounted, policies));
    const [port = 0] = await freePorts(1);
    controller = start(port, policies);
    const ended = once(controller, 'exit');
    let said = '';
    for (const stream of [controller.stdout, controller.stderr])
      stream?.on('data', (text: Buffer) => (said += text.toString()));
    const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    const waiting = eventually(ready, { what: 'the controller to be ready' });
    const early = ended.then(() => Promise.reject(new Error('it ended')));
    early.catch(() => undefined);
    await Promise.race([waiting, early]).catch((error: unknown) => {
      throw new Error(said, { cause: error });
    });
    expect(readFileSync(`/proc/${controller.pid ?? 0}/status`, 'utf8')).to.match(/^Uid:\t65532\t65532/m);
    controller.kill('SIGTERM');
    expect(await ended).to.deep.equal([0, null]);
    const { stdout } = await runCommand('find', [
      mounted,
      '-xdev',
      '-user',
      '65532',
      '-not',
      '-path',
      '*/var/lib/plus1*',
    ]);
    expect(stdout).to.equal('');
  });
});
