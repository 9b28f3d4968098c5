/** Why a signal was aborted, as an error: anything may be passed to `abort()`. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('the operation was aborted', 'AbortError');
}

/**
 * For a loop that looks at its signal itself: that the signal ended a wait is no error there.
 * `await sleep(…, signal).catch(ignoreAbort(signal))`
 */
export function ignoreAbort(signal: AbortSignal): (thrown: unknown) => void {
  return (thrown) => {
    if (!signal.aborted) throw thrown;
  };
}
