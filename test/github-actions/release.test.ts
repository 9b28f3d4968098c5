/** `.ci/release`, as the release workflow calls it: one version everywhere, and files whose checksums are right. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { helmOrSkip } from '../chart/render.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['.ci', 'charts', 'CHANGELOG.md', 'package.json', '.npmrc'];
const LINKED = ['cmd', 'pkg', 'deploy', 'node_modules', 'esbuild.config.js', 'tsconfig.json'];

/** A checkout in which a test may change versions. */
function checkout(): string {
  const folder = temporaryFolder();
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

function replaceIn(folder: string, name: string, from: string | RegExp, to: string): void {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

describe('the release workflow', () => {
  after(removeTemporaryFolders);

  const refuses: { reason: string; args: string[]; change?: (folder: string) => void; says: RegExp }[] = [
    { reason: 'no folder', args: ['v1.2.3'], says: /^usage/ },
    { reason: 'a tag that is no version', args: ['1.2.3', 'out'], says: /1\.2\.3 is no version: write v1\.2\.3/ },
    { reason: 'the tag of another version', args: ['v99.0.0', 'out'], says: /^package\.json says [\d.]+ where/ },
    {
      reason: 'a chart of another version',
      args: [`v${version}`, 'out'],
      change: (folder) => replaceIn(folder, 'charts/plus1/Chart.yaml', /^version: .*$/m, 'version: 99.0.0'),
      says: /^the version of charts\/plus1\/Chart\.yaml says 99\.0\.0 where/,
    },
    {
      reason: 'a chart of another program',
      args: [`v${version}`, 'out'],
      change: (folder) => replaceIn(folder, 'charts/plus1/Chart.yaml', /^appVersion: .*$/m, 'appVersion: 99.0.0'),
      says: /^the appVersion of charts\/plus1\/Chart\.yaml says 99\.0\.0 where/,
    },
    { reason: 'a changelog without that version', args: [`v${version}`, 'out'], says: /nothing below "## \[/ },
  ];
  for (const { reason, args, change, says } of refuses) {
    it(`refuses ${reason}, and makes no package`, () => {
      const folder = checkout();
      change?.(folder);
      const { status, stderr } = spawnSync('.ci/release', args, { cwd: folder, encoding: 'utf8' });
      expect(stderr).to.match(says);
      expect(status).to.equal(1);
      const made = existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : [];
      expect(made.filter((name) => name.endsWith('.tgz'))).to.deep.equal([]);
    });
  }

  it('makes package, chart, manifests, notes and checksums that hold, offline', function () {
    const program = helmOrSkip(this);
    const folder = checkout();
    replaceIn(folder, 'CHANGELOG.md', '## [Unreleased]', `## [${version}] - 2026-12-01`);
    const env = {
      ...process.env,
      PATH: `${dirname(program)}${delimiter}${process.env['PATH'] ?? ''}`,
      npm_config_cache: join(folder, '.npm'),
      npm_config_offline: 'true',
    };
    const told = execFileSync('.ci/release', [`v${version}`, 'out'], { cwd: folder, env, encoding: 'utf8' });
    expect(told.trim().split('\n')).to.include.members([
      'NOTES.md',
      'SHA256SUMS',
      'install.yaml',
      `plus1-${version}.tgz`,
      `plus1-npm-${version}.tgz`,
    ]);
    const out = join(folder, 'out');
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: out });
    expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n')).to.have.length(
      readdirSync(out).length - 2,
    );
    const packed = execFileSync('tar', ['tzf', join(out, `plus1-npm-${version}.tgz`)], { encoding: 'utf8' });
    expect(packed).to.include('package/dist/cmd/plus1/main.js').and.not.include('package/test/');
  });
});
