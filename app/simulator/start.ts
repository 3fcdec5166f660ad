/** The worker labs run in: one for the page. It weighs nothing until it is started. */
let worker: Worker | null = null;

/** `onFailure`: it could not be loaded, ran out of memory, or threw. The next start makes another. */
export function startSimulator(onFailure: () => void): Worker {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulator' });
  const started = worker;
  started.onerror = () => {
    started.terminate();
    if (worker === started) worker = null;
    onFailure();
  };
  return started;
}

/** Loads the simulator ahead of time, so that the click finds it ready. */
export function warmSimulator(): void {
  if (worker === null) startSimulator(() => undefined);
}
