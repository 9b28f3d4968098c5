/** So far apart GitHub's clock and the local one may be, ms. Further apart, one of the two is wrong. */
export const MAX_DEVIATION_MS = 300_000;
