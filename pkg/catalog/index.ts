/** Entity files: parse, validate, classify. Pure: text in, verdict out. */
export {
  MAX_FILE_BYTES,
  type CatalogFile,
  type Evidence,
  type JudgeSettings,
  type Reason,
  type UnreadableWhy,
  type Verdict,
} from './types.js';
