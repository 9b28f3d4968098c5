/**
 * Asks whether a write may still leave, last of all: what stands before it (pacing, the minting of a token) may have taken
 * any time. It also tells which writes left: from then on nothing but an answer says that GitHub did not take one.
 */
import { isWrite, type Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';
import { isMint } from './reads-only.js';

export interface WriteGate {
  /** Throws to refuse it; then GitHub has not seen the write. */
  beforeWrite: () => Promise<void>;
  /** Told of each write that GitHub may have got. The token of an App is asked for by a POST, and is none. */
  left: () => void;
}

export function writeGate({ beforeWrite, left }: WriteGate): Interceptor {
  return (next) => async (request) => {
    if (!isWrite(request)) return next(request);
    await beforeWrite();
    try {
      const answer = await next(request);
      if (!isMint(request)) left();
      return answer;
    } catch (error) {
      if (!isMint(request) && !(error instanceof NetworkError && error.neverSent)) left();
      throw error;
    }
  };
}
