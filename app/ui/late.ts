'use client';

/**
 * Components whose code is loaded late. Unlike React's `lazy` they are drawn the moment they are there: a Suspense that has
 * shown its fallback keeps everything else back for 300 ms, also what came at once.
 */
import { type ComponentType, useEffect, useState } from 'react';

export class Late<Props> {
  #part: ComponentType<Props> | null = null;

  constructor(private readonly from: () => Promise<ComponentType<Props>>) {}

  /** Null until it is loaded. */
  get part(): ComponentType<Props> | null {
    return this.#part;
  }

  /** Rejects when it cannot be had; the next call asks again. */
  async load(): Promise<void> {
    this.#part ??= await this.from();
  }
}

/** Null while it is on its way; throws, for the next error boundary, when it does not come. */
export function useLate<Props>(late: Late<Props>): ComponentType<Props> | null {
  const [state, setState] = useState<{ failure: unknown } | 'loaded' | 'waiting'>('waiting');
  useEffect(() => {
    if (late.part !== null) return;
    let isGone = false;
    late.load().then(
      () => {
        if (!isGone) setState('loaded');
      },
      (failure: unknown) => {
        if (!isGone) setState({ failure });
      },
    );
    return () => {
      isGone = true;
    };
  }, [late]);
  if (typeof state === 'object') throw state.failure;
  return late.part;
}
