/**
 * A base for the image without a registry: Debian's smallest system with Node and npm in it.
 * Made once, with debootstrap and npm, and kept; half a minute where the network is quick.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.js';

/** The Node that the Dockerfile's default base has; npm carries it as a package for each platform. */
const NODE = { package: `node-linux-${process.arch}`, version: '24.21.0' };
const NPM_VERSION = '11';
const SUITE = 'bookworm';
/** Ignored by git. */
const CACHE = fileURLToPath(new URL('../../../.cache/image', import.meta.url));
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const TIMEOUT_MS = 600_000;

/** The folder with `base.tar` and a Dockerfile that adds it. */
export async function baseImageFolder(): Promise<string> {
  const folder = join(CACHE, `${SUITE}-small-node-${NODE.version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  try {
    const root = join(partial, 'root');
    await runCommand('debootstrap', ['--variant=minbase', SUITE, root], { timeoutMs: TIMEOUT_MS });
    // What debootstrap downloaded, and what only people read: half of what each build would copy.
    for (const folder of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'])
      rmSync(join(root, folder), { recursive: true, force: true });
    await addNode(partial, root);
    const context = join(partial, 'context');
    mkdirSync(context);
    await runCommand('tar', ['-cf', join(context, 'base.tar'), '-C', root, '.']);
    renameSync(context, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** What a Dockerfile of the base says; the CA of the machine is in it, for registries behind one of their own. */
export const BASE_DOCKERFILE = `FROM scratch\nADD base.tar /\nENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}\n`;

async function addNode(partial: string, root: string): Promise<void> {
  const local = join(root, 'usr/local');
  cpSync(join(await unpacked(`${NODE.package}@${NODE.version}`, partial), 'bin/node'), join(local, 'bin/node'));
  cpSync(await unpacked(`npm@${NPM_VERSION}`, partial), join(local, 'lib/node_modules/npm'), { recursive: true });
  chmodSync(join(local, 'lib/node_modules/npm/bin/npm-cli.js'), 0o755);
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(root, CERTIFICATES));
}

/** The folder of a package, as the registry has it: not installed, no script of it run. */
async function unpacked(name: string, partial: string): Promise<string> {
  const folder = mkdtempSync(join(partial, 'package-'));
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  await runCommand('npm', ['pack', '--silent', '--pack-destination', folder, name], { env, timeoutMs: TIMEOUT_MS });
  const [archive] = readdirSync(folder);
  if (archive === undefined) throw new Error(`npm packed nothing for ${name}`);
  await runCommand('tar', ['-xzf', join(folder, archive), '-C', folder]);
  return join(folder, 'package');
}
