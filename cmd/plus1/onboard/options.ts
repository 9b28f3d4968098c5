/** The flags of `onboard`. By itself, since the declaration of the flags must not load what reads checklists. */
export const ONBOARD_FORMATS = ['text', 'json', 'csv', 'markdown'] as const;

export type OnboardFormat = (typeof ONBOARD_FORMATS)[number];

/** As commander hands them over. */
export interface OnboardOptions {
  all: boolean;
  policy?: string;
  format: OnboardFormat;
  state?: string;
}
