/** A count, or a percentage such as `25%` of a membership. */

/** How many a share allows out of that many members: a percentage is rounded up. */
export function shareOf(share: number | string, members: number): number {
  return typeof share === 'number' ? share : Math.ceil((members * Number.parseInt(share, 10)) / 100);
}
