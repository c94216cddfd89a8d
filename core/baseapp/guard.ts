/**
 * The result of `work`, or `fallback` when it throws anything: for the ABCI calls that must answer
 * whatever happens and whose answer is not consensus (a rejected proposal, an empty extension).
 * `onFault` is told of every error.
 */
export function guarded<T>(work: () => T, fallback: T, onFault: (error: unknown) => void): T {
  try {
    return work();
  } catch (error) {
    onFault(error);
    return fallback;
  }
}
