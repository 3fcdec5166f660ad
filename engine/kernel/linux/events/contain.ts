/**
 * Runs a callback somebody registered. Its mistake is reported on standard error and stays its own: it must not keep
 * others from their events, nor end the process with everybody's labs in it.
 */
export function contain(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  }
}
