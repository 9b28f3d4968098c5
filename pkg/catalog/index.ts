/** Entity files: parse, validate, classify. Pure: text in, verdict out. */
export { REASON_CODES, type ReasonCode } from './codes.js';
export { judge, JUDGEMENT } from './judge.js';
export { migrate, type MigrateOptions, type Migration, type MigrationNote } from './migrate/migrate.js';
export { RULES as MIGRATION_RULES, type Rule as MigrationRule } from './migrate/rules.js';
export { readAhead } from './parsed-file.js';
export { decode } from './decode.js';
export { isNothing } from './entity-view.js';
export { MAX_REASONS_PER_FILE } from './reporter.js';
export {
  MAX_FILE_BYTES,
  OLDER_NAMES,
  type CatalogFile,
  type Evidence,
  type JudgeSettings,
  type Reason,
  type UnreadableWhy,
  type Verdict,
} from './types.js';
