/**
 * Prints the folder that has the control plane's executables, or `skip` where they cannot be had (then one line on
 * standard error says why, and the exit code is 0: the tests without a cluster must still run).
 * With `chart-tools`: the folder with helm-unittest and helm-docs. With `action-tools`: the one with actionlint. With
 * `journal-check`: the one with the outside verifier of journals. With `otel-collector`: the one with the OpenTelemetry Collector.
 */
import { CACHE_FOLDER, provideTools } from './provide-tools.js';
import { canBuild, goBuild, unbuilt } from './go-build.js';
import { actionTools, chartTools, journalCheck, otelCollector } from './tools.js';

const SKIP = 'skip';
const OTHER_TOOLS = new Map([
  ['chart-tools', chartTools],
  ['action-tools', actionTools],
  ['journal-check', journalCheck],
  ['otel-collector', otelCollector],
]);

async function main(what: string | undefined, signal: AbortSignal): Promise<string> {
  const say = (line: string): void => console.error(line);
  const other = OTHER_TOOLS.get(what ?? '');
  if (other === undefined) {
    const provided = await provideTools({ env: process.env, say, signal });
    if (typeof provided === 'string') return provided;
    say(`The tests on a cluster are skipped: ${provided.reason}.`);
    return SKIP;
  }
  const module = other();
  if (unbuilt(module, module.tools, CACHE_FOLDER).length > 0 && !canBuild(module, process.env)) {
    say(`No ${module.tools.map(({ name }) => name).join(' and ')}: there is no Go to build with.`);
    return SKIP;
  }
  return await goBuild(module, module.tools, { cache: CACHE_FOLDER, env: process.env, say, signal });
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
try {
  console.log(await main(process.argv[2], interrupted.signal));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
