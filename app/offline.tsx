'use client';

/** The static course works without a network after the first visit. */
import { useEffect } from 'react';

export function Offline() {
  useEffect(() => {
    if (process.env.NEXT_PUBLIC_UNDERLAY_STATIC !== '1' || !('serviceWorker' in navigator)) return;
    // The page works without; the next visit tries again.
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  }, []);
  return null;
}
