/**
 * Asks whether a write may still leave, last of all: what stands before it (pacing, the minting of a token) may have taken
 * any time. `beforeWrite` throws to refuse; then GitHub has not seen the write.
 */
import { isWrite, type Interceptor } from './exchange.js';

export function writeGate(beforeWrite: () => Promise<void>): Interceptor {
  return (next) => async (request) => {
    if (isWrite(request)) await beforeWrite();
    return next(request);
  };
}
