/** The part of a logger that the loop needs; the product's logger fits. A message is constant, its facts are fields. */
export interface Log {
  info(msg: string, fields?: Record<string, unknown>): void;
  warn(msg: string, fields?: Record<string, unknown>): void;
  error(msg: string, fields?: Record<string, unknown>): void;
  /** A logger that puts these fields on every line. */
  with(fields: Record<string, unknown>): Log;
}
