/** A held plan as a person sees it before approving it. */
export interface ShownPlan {
  hash: string;
  count: number;
  /** As many as are known. */
  names: readonly string[];
  /** What it is, where it is no held plan: an egress rule. */
  of?: string;
}
