/** The flags of `workflows`. By itself, since the declaration of the flags must not load what judges files. */
export const WORKFLOW_FORMATS = ['text', 'json', 'sarif'] as const;
export type WorkflowFormat = (typeof WORKFLOW_FORMATS)[number];

/** As commander hands them over. */
export interface WorkflowsOptions {
  json?: boolean;
  quiet?: boolean;
  format?: WorkflowFormat;
  floor: string;
  require: 'holds' | 'audit';
  allowDelegated: boolean;
  resolve: boolean;
}
