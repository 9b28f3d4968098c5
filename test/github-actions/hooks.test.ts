/** `.pre-commit-hooks.yaml`: pre-commit packs the repository with npm and installs the package; what it calls must be in there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { entity } from '../catalog/build.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { harden, workflow } from '../workflows/build.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const hooks = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as {
  id: string;
  entry: string;
  language: string;
  files: string;
}[];

describe('hooks of pre-commit', function () {
  after(removeTemporaryFolders);

  it('take the files that are meant, and no others', () => {
    const takes = (id: string, path: string): boolean =>
      new RegExp(hooks.find((hook) => hook.id === id)?.files ?? '$.').test(path);
    expect(takes('plus1-validate', 'entity.datadog.yaml')).to.equal(true);
    expect(takes('plus1-validate', 'a/b/entity.datadog.yaml')).to.equal(true);
    expect(takes('plus1-validate', 'my-entity.datadog.yaml')).to.equal(false);
    expect(takes('plus1-migrate', 'service.datadog.yml')).to.equal(true);
    expect(takes('plus1-migrate', 'static-analysis.datadog.yml')).to.equal(false);
    expect(takes('plus1-workflows', '.github/workflows/ci.yaml')).to.equal(true);
    expect(takes('plus1-workflows', '.github/workflows/old/ci.yml')).to.equal(false);
  });

  it('find their command in the package that npm packs, whose name is all that npm prints', () => {
    const folder = temporaryFolder();
    for (const name of ['cmd', 'pkg', 'node_modules', 'esbuild.config.js', 'tsconfig.json'])
      symlinkSync(join(ROOT, name), join(folder, name));
    for (const name of ['package.json', '.npmrc']) copyFileSync(join(ROOT, name), join(folder, name));
    const cache = { ...process.env, npm_config_cache: join(folder, '.npm'), npm_config_offline: 'true' };
    const packed = execFileSync('npm', ['pack'], {
      cwd: folder,
      encoding: 'utf8',
      env: cache,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    expect(packed).to.match(/^plus1-[\d.]+\.tgz$/);
    execFileSync('tar', ['xzf', packed], { cwd: folder });
    const { bin } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as {
      bin: Record<string, string>;
    };
    writeFileSync(join(folder, 'good.yaml'), entity('production'));
    writeFileSync(join(folder, 'old.yaml'), 'schema-version: v2\ndd-service: shop\n');
    writeFileSync(join(folder, 'held.yml'), workflow(harden()));
    writeFileSync(join(folder, 'bare.yml'), workflow(''));
    for (const { id, entry } of hooks) {
      const [command = '', ...args] = entry.split(' ');
      const run = (file: string): number | null =>
        spawnSync(process.execPath, [join(folder, 'package', bin[command] ?? ''), ...args, file], { cwd: folder })
          .status;
      const [good, bad] = id === 'plus1-workflows' ? ['held.yml', 'bare.yml'] : ['good.yaml', 'old.yaml'];
      expect(run(good), id).to.equal(0);
      expect(run(bad), id).to.equal(1);
    }
  });
});
