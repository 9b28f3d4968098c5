/** What of one repository is beside its rulesets: a classic protection of branches, and code scanning. */

/** https://docs.github.com/en/graphql/reference/objects#branchprotectionrule, as far as a checklist asks. */
export interface ClassicProtection {
  requiresApprovingReviews: boolean;
  requiresStatusChecks: boolean;
  requiresCommitSignatures: boolean;
  requiresLinearHistory: boolean;
  requiresDeployments: boolean;
  requiresCodeOwnerReviews: boolean;
  allowsDeletions: boolean;
  allowsForcePushes: boolean;
  blocksCreations: boolean;
  lockBranch: boolean;
}

/** One upload of results. */
export interface Analysis {
  tool: string;
  /** Unix ms. */
  at: number;
  /** Default: the default branch. */
  ref?: string;
}

export class RepositorySecurity {
  /** Of the default branch; undefined: none. */
  protection: ClassicProtection | undefined;
  /** Off: every question about code scanning is a 403 that says so. */
  scans = true;
  readonly analyses: Analysis[] = [];

  /** As the settings page makes one: reviews, and neither deletion nor force pushes. */
  protect(protection: Partial<ClassicProtection> = {}): this {
    this.protection = {
      ...{ requiresApprovingReviews: true, requiresStatusChecks: false, requiresCommitSignatures: false },
      ...{ requiresLinearHistory: false, requiresDeployments: false, requiresCodeOwnerReviews: false },
      ...{ allowsDeletions: false, allowsForcePushes: false, blocksCreations: false, lockBranch: false },
      ...protection,
    };
    return this;
  }

  analyze(tool: string, at: number, ref?: string): this {
    this.analyses.push({ tool, at, ...(ref !== undefined && { ref }) });
    return this;
  }
}
