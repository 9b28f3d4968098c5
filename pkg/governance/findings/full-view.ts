/**
 * Whether a listing is proved to show every repository of the organization. Hazard: each of these words is about one
 * moment; only those given before and after the listing say something about it, and one that contradicts outweighs the rest.
 */

/** What GitHub said around one listing. */
export interface View {
  kind: 'Token' | 'App';
  /** Of an App: what its token was made for. One that was made while the App was on some repositories may go on seeing those alone. */
  visibility?: 'Full' | 'Partial' | undefined;
  /** How many repositories the listing holds, by its own total. */
  totalCount: number;
  /** The organization's own count before the listing, and after it, where GitHub tells it to this credential. */
  countBefore?: number | undefined;
  countAfter?: number | undefined;
  /** Of an App: its installation, asked after the listing, is on all repositories. */
  isOnAll?: boolean | undefined;
}

/** True where the organization's own count, told before or after, is another than the listing's. */
export function isContradicted({ totalCount, countBefore, countAfter }: View): boolean {
  return [countBefore, countAfter].some((count) => count !== undefined && count !== totalCount);
}

/**
 * True where a repository that the listing does not hold is not in the organization. A token's view is proved by the
 * count alone, and by both of its words: one may be right by chance, while a repository came and another is hidden.
 */
export function isFullView(view: View): boolean {
  if (view.isOnAll === false || view.visibility === 'Partial' || isContradicted(view)) return false;
  if (view.kind === 'App') return view.isOnAll === true;
  return view.countBefore !== undefined && view.countAfter !== undefined;
}
