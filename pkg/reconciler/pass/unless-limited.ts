import { hasCode } from '../../errors/index.js';

/** A limit ends the asking, not the pass: what enters still enters, and whom nobody could ask about is unobserved, and stays. */
export async function unlessLimited<T>(ask: () => Promise<T>, otherwise: () => T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!hasCode(error, 'PLUS1_RATE_LIMITED')) throw error;
    return otherwise();
  }
}
