/** What `validate` prints. By itself, since the declaration of the flags must not load what judges files. */
export const FORMATS = ['text', 'json', 'github'] as const;
export type ValidateFormat = (typeof FORMATS)[number];
