/** What was done is undone, last first, when a later step fails. */
export type UndoStep = () => void | Promise<void>;

/** `onFailure` takes what undoes the step just done. Errors of undoing are dropped: the first failure is what counts. */
export async function withUndo<T>(action: (onFailure: (step: UndoStep) => void) => Promise<T>): Promise<T> {
  const steps: UndoStep[] = [];
  try {
    return await action((step) => steps.push(step));
  } catch (error) {
    for (const step of steps.reverse()) {
      try {
        await step();
      } catch {
        // What cannot be undone may be gone already.
      }
    }
    throw error;
  }
}
