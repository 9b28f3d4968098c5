import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideTools, type Unavailable } from './provide-tools.js';
import { controlPlane } from './tools.js';

const NAMES = ['etcd', 'helm', 'kube-apiserver', 'kube-controller-manager', 'kubectl'];
const VERSIONS: Record<string, string> = {
  etcd: 'etcd Version: 3.6.5',
  helm: 'v4.1.1',
  'kube-apiserver': 'Kubernetes v1.35.4',
  'kube-controller-manager': 'Kubernetes v1.35.4',
  kubectl: 'Client Version: v1.35.4',
};
/** What the scripts below need, and nothing else of this machine: it may have a kubectl or a Go of its own. */
const SYSTEM = ['nice', 'sleep'];

/** Takes `-o FOLDER/` and packages as Go does, and remembers that it was asked. */
const GO = `
[ "$1" = list ] && exit 0
echo build >> "$0.log"
while [ "$1" != -o ]; do shift; done
out=$2; shift 2
sleep 0.2
for package in "$@"; do
  name=\${package##*/}
  [ "$name" = v3 ] && name=server
  echo "built $name" > "$out$name"
  if [ -e "$0.fails" ]; then echo 'no space left' >&2; exit 1; fi
done
`;

describe('The executables of the control plane', () => {
  let home: string;
  let path: string;
  let cache: string;
  let said: string[];

  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'plus1-provide-')));
    [path, cache] = [join(home, 'path'), join(home, 'cache')];
    said = [];
    mkdirSync(path);
    for (const name of SYSTEM) symlinkSync(systemTool(name), join(path, name));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('are built at the first call and not at the second', async () => {
    script('path', 'go', GO);
    const folder = await provide();
    expect(readdirSync(folder as string)).to.have.members(NAMES);
    expect(await provide()).to.equal(folder);
    expect(builds()).to.equal(1);
  });

  it('are used without Go once they are built', async () => {
    script('path', 'go', GO);
    const folder = await provide();
    rmSync(join(path, 'go'));
    expect(await provide()).to.equal(folder);
  });

  it('are built once by two that ask at the same time', async () => {
    script('path', 'go', GO);
    const [first, second] = await Promise.all([provide(), provide()]);
    expect(second).to.equal(first);
    expect(builds()).to.equal(1);
    expect(said).to.include('another build is running: waiting for it');
  });

  it('are not taken from a build that failed half-way', async () => {
    script('path', 'go', GO);
    writeFileSync(join(path, 'go.fails'), '');
    const error = await provide().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message').that.contains('no space left');
    rmSync(join(path, 'go.fails'));
    const folder = (await provide()) as string;
    expect(readFileSync(join(folder, 'helm'), 'utf8')).to.equal('built helm\n');
    expect(builds()).to.equal(2);
    expect(readdirSync(cache).some((name) => name.endsWith('.lock'))).to.equal(false);
  });

  it('are built again where the versions differ', async () => {
    script('path', 'go', GO);
    const first = await provide();
    const other = join(home, 'other');
    cpSync(controlPlane().folder, other, { recursive: true });
    writeFileSync(join(other, 'go.sum'), 'example.com/m v1.0.0 h1:x=\n');
    const second = await provideTools({ env: env(), say, cache, module: controlPlane(other) });
    expect(second).not.to.equal(first);
    expect(builds()).to.equal(2);
  });

  it('are all taken from KUBEBUILDER_ASSETS, and that folder is the answer', async () => {
    NAMES.forEach((name) => tool('assets', name));
    expect(await provide({ assets: true })).to.equal(join(home, 'assets'));
  });

  it('come from KUBEBUILDER_ASSETS, from PATH where it lacks them, and are built last', async () => {
    script('path', 'go', GO);
    ['etcd', 'kube-apiserver', 'kubectl'].forEach((name) => tool('assets', name));
    tool('path', 'kube-controller-manager');
    const folder = (await provide({ assets: true })) as string;
    const from = Object.fromEntries(readdirSync(folder).map((name) => [name, realpathSync(join(folder, name))]));
    expect(from['etcd']).to.equal(join(home, 'assets', 'etcd'));
    expect(from['kube-controller-manager']).to.equal(join(path, 'kube-controller-manager'));
    expect(from['helm']).to.match(/cache.*\/bin\/helm$/);
    expect(said.join('\n')).to.contain(`kube-controller-manager v1.35.4: ${path}`);
  });

  it('are not taken from PATH where they can be built, so that every machine tests with the same', async () => {
    script('path', 'go', GO);
    NAMES.forEach((name) => tool('path', name));
    expect(await provide()).to.match(/cache.*\/bin$/);
  });

  it('come from PATH where nothing can be built', async () => {
    NAMES.forEach((name) => tool('path', name));
    expect(await provide()).to.equal(path);
  });

  const unusable: { name: string; says: string; line: RegExp; reason: string }[] = [
    { name: 'kubectl', says: 'Client Version: v1.32.4-dispatcher', line: /v1\.32\.4 does not go with/, reason: 'skew' },
    { name: 'kubectl', says: 'install me first', line: /does not say its version/, reason: 'a launcher' },
    { name: 'kube-controller-manager', says: 'Kubernetes v1.36.0', line: /does not go with/, reason: 'too new' },
    { name: 'helm', says: 'v3.19.0+g3d8990f', line: /v3\.19\.0 is not Helm 4/, reason: 'another major version' },
    { name: 'etcd', says: 'etcd Version: 3.4.30', line: /is not 3\.5 or later/, reason: 'too old' },
  ];
  for (const { name, says, line, reason } of unusable) {
    it(`pass over a ${name} that prints "${says}" (${reason}), and say so`, async () => {
      script('path', 'go', GO);
      NAMES.forEach((other) => tool('assets', other, other === name ? says : undefined));
      const folder = (await provide({ assets: true })) as string;
      expect(realpathSync(join(folder, name))).to.match(/cache.*\/bin\//);
      expect(said.find((text) => text.startsWith(join(home, 'assets', name)))).to.match(line);
    });
  }

  it('leave an old kube-apiserver alone when the controller manager must be built for it', async () => {
    script('path', 'go', GO);
    ['etcd', 'kube-apiserver', 'kubectl'].forEach((name) => {
      tool('assets', name, name === 'etcd' ? undefined : 'v1.33.1');
    });
    const folder = (await provide({ assets: true })) as string;
    expect(realpathSync(join(folder, 'kube-apiserver'))).to.match(/cache.*\/bin\//);
    expect(realpathSync(join(folder, 'etcd'))).to.equal(join(home, 'assets', 'etcd'));
    expect(said.join('\n')).to.contain('kube-controller-manager must be built, and v1.35.4 is too new for it');
  });

  it('cannot be had without assets and Go, which is said and is no error', async () => {
    tool('path', 'helm');
    const { reason } = (await provide()) as Unavailable;
    expect(reason).to.contain('no usable etcd, kube-apiserver, kube-controller-manager, kubectl (');
    expect(reason).to.contain('no Go');
  });

  it('cannot be had: the command prints skip, one line of reason, and ends with 0', function () {
    // A copy, since the cache beside the real one may be full.
    const copy = join(home, 'clone', 'test', 'cluster');
    cpSync(controlPlane().folder, copy, { recursive: true });
    writeFileSync(join(home, 'clone', 'package.json'), '{"type": "module"}');
    const ran = spawnSync(process.execPath, ['--import', 'tsx', join(copy, 'provide.ts')], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: env(),
      encoding: 'utf8',
    });
    expect(ran.stdout).to.equal('skip\n');
    expect(ran.stderr).to.match(/^The tests on a cluster are skipped: no usable etcd.*\n$/);
    expect(ran.status).to.equal(0);
  });

  function provide({ assets = false } = {}): Promise<string | Unavailable> {
    return provideTools({ env: env(assets ? { KUBEBUILDER_ASSETS: join(home, 'assets') } : {}), say, cache });
  }

  function env(more: Record<string, string> = {}): NodeJS.ProcessEnv {
    return { PATH: path, HOME: home, ...more };
  }

  function say(line: string): void {
    said.push(line);
  }

  function tool(folder: string, name: string, says = VERSIONS[name]): void {
    script(folder, name, `echo '${says}'\n`);
  }

  function script(folder: string, name: string, text: string): void {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, name), `#!/bin/sh\n${text}`);
    chmodSync(join(home, folder, name), 0o755);
  }

  function builds(): number {
    const log = join(path, 'go.log');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
  }
});

function systemTool(name: string): string {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return found.find((file) => existsSync(file)) ?? name;
}
