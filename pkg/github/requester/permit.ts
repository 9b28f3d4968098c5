/**
 * Asks whether a write may still leave, last of all: what stands before it (pacing, the minting of a token) may have taken
 * any time. `beforeWrite` throws to refuse; then GitHub has not seen the write.
 */
import { isWrite, type Step } from './exchange.js';

export function permit(beforeWrite: () => void): Step {
  return (next) => async (ask) => {
    if (isWrite(ask)) beforeWrite();
    return next(ask);
  };
}
