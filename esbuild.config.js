/**
 * Bundles the executables: node esbuild.config.js [FOLDER] (default: dist). A program of two thousand modules spends more
 * time on finding and reading them than on a pass over a small organization. Nothing is renamed or minified, so that a stack
 * trace names our functions; NODE_OPTIONS=--enable-source-maps makes it name our files and lines as well.
 */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, chmodSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
const PROGRAMS = ['plus1', 'kubectl-plus1', 'ruleset-manager', 'validate-datadog-yaml'].map(
  (name) => `cmd/${name}/main.ts`,
);
/** A thread is started from a file of its own. */
const THREADS = ['cmd/plus1/web-thread.ts'];

/** CommonJS packages call `require` for Node's own modules; an ES module has none. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * What `pkg/github` imports from undici, and no more. Its index also loads caches, mocks, cookies and web sockets: two thirds of
 * the time that the library takes to load. A name that is missing here fails the build.
 */
const UNDICI = `
import Dispatcher from './lib/dispatcher/dispatcher.js';
import api from './lib/api/index.js';
Object.assign(Dispatcher.prototype, api);
export { default as EnvHttpProxyAgent } from './lib/dispatcher/env-http-proxy-agent.js';
export { default as Pool } from './lib/dispatcher/pool.js';
export { Headers } from './lib/web/fetch/headers.js';
export { fetch } from './lib/web/fetch/index.js';
`;
const lessUndici = {
  name: 'less-undici',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/undici\/index\.js$/ }, () => ({ contents: UNDICI }));
  },
};

const folder = join(process.cwd(), process.argv[2] ?? 'dist');
const next = `${folder}.${process.pid}`;
try {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...PROGRAMS, ...THREADS],
    outdir: next,
    outbase: '.',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    // What a subcommand alone needs is loaded when it is called.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: REQUIRE },
    plugins: [lessUndici],
    metafile: true,
    logLevel: 'warning',
  });
  for (const entry of PROGRAMS) chmodSync(join(next, entry.replace(/\.ts$/, '.js')), 0o755);
  writeFileSync(join(next, 'THIRD_PARTY_LICENSES'), licenses(packagesOf(Object.keys(metafile.inputs))));
  cpSync(join(ROOT, 'pkg/report/frameworks'), join(next, 'frameworks'), { recursive: true });
  // The old program stands until the new one is whole.
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
} finally {
  rmSync(next, { recursive: true, force: true });
}

/** The folders of the packages that are in the bundle. */
function packagesOf(inputs) {
  const found = inputs.map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(found.filter((path) => path !== undefined))].sort();
}

/** Most licences ask that their text goes with each copy of the code. */
function licenses(packages) {
  return packages
    .map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
      const file = readdirSync(join(ROOT, path)).find((each) => /^(licen[cs]e|copying)/i.test(each));
      const text =
        file !== undefined && existsSync(join(ROOT, path, file)) ? readFileSync(join(ROOT, path, file), 'utf8') : '';
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
