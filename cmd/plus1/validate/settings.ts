/** What `validate` is told by flags and environment; a wrong value ends the run before any file is read. */
import { isAbsolute } from 'node:path';
import { DEFAULT_LIFECYCLES, DEFAULT_PATHS, normalPath, pathFault } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { readEnvironment } from '../environment.js';
import type { CommandIO } from '../io.js';
import type { ValidateFormat } from './format.js';
import { STDIN } from './observe.js';

/** As commander hands them over. */
export interface ValidateOptions {
  file?: string;
  verbose?: boolean;
  json?: boolean;
  quiet?: boolean;
  format?: ValidateFormat;
  strict?: boolean;
}

export interface ValidateSettings {
  file: string;
  format: ValidateFormat;
  productionLifecycles: readonly string[];
}

// The bounds of spec.catalog.productionLifecycles: what validates here must be sayable in a policy.
const MAX_LIFECYCLES = 16;
const MAX_LIFECYCLE_LENGTH = 128;

/** Throws PLUS1_USAGE. Only the two variables that concern it are looked at: a wrong BATCH_SIZE is none of its business. */
export function settingsOf(
  paths: readonly string[],
  options: ValidateOptions,
  env: CommandIO['env'],
): ValidateSettings {
  const { DATADOG_YAML_PATH, PRODUCTION_LIFECYCLE_VALUES } = env;
  const environment = readEnvironment({ DATADOG_YAML_PATH, PRODUCTION_LIFECYCLE_VALUES });
  if (paths.includes('')) throw new Plus1Error('PLUS1_USAGE', 'PATH: found an empty path');
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new Plus1Error('PLUS1_USAGE', 'standard input (-) can be read only once');
  }
  return {
    file: fileOf(options.file) ?? environment.path ?? DEFAULT_PATHS[0] ?? '',
    format: formatOf(options),
    productionLifecycles: lifecyclesOf(environment.productionLifecycles),
  };
}

function formatOf({ json, format }: ValidateOptions): ValidateFormat {
  if (json === true && format !== undefined && format !== 'json')
    throw new Plus1Error('PLUS1_USAGE', `--json and --format ${format}: found both, allowed: one of them`);
  return json === true ? 'json' : (format ?? 'text');
}

/** A path that no policy could name would validate what no pass ever reads; an absolute one is a file of this machine. */
function fileOf(file: string | undefined): string | undefined {
  if (file === undefined || isAbsolute(file)) return file;
  const fault = pathFault(file);
  if (fault === undefined) return normalPath(file);
  throw new Plus1Error('PLUS1_USAGE', `--file: found ${JSON.stringify(file)}, allowed: ${fault}`);
}

function lifecyclesOf(values: readonly string[] | undefined): readonly string[] {
  if (values === undefined) return DEFAULT_LIFECYCLES;
  const fits = values.length >= 1 && values.length <= MAX_LIFECYCLES;
  if (fits && values.every((value) => value.length <= MAX_LIFECYCLE_LENGTH)) return values;
  throw new Plus1Error(
    'PLUS1_USAGE',
    `PRODUCTION_LIFECYCLE_VALUES: found ${values.length} values, allowed: 1 to ${MAX_LIFECYCLES} of at most ${MAX_LIFECYCLE_LENGTH} characters, separated by commas`,
    { fix: 'correct or unset the variable' },
  );
}
