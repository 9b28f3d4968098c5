import { grouped } from './grouped.js';

/** A count with its word: `1 write`, `2 writes`; `plural(1, 'policy', 'policies')`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;
