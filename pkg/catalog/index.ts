/** Entity files: parse, validate, classify. Pure: text in, verdict out. */
export { REASON_CODES, type ReasonCode } from './codes.js';
export { judge } from './judge.js';
export { readAhead } from './parsed-file.js';
export { MAX_REASONS_PER_FILE } from './reporter.js';
export {
  MAX_FILE_BYTES,
  type CatalogFile,
  type Evidence,
  type JudgeSettings,
  type Reason,
  type UnreadableWhy,
  type Verdict,
} from './types.js';
