'use client';

/** The static course works without a network after the first visit. */
import { useEffect } from 'react';

/** Keeping the whole course is not urgent: a reader who starts a lab at once has its prompt first. */
const untilQuietMs = 1500;

export function Offline() {
  useEffect(() => {
    if (process.env.NEXT_PUBLIC_UNDERLAY_STATIC !== '1' || !('serviceWorker' in navigator)) return;
    const timer = setTimeout(() => {
      // The page works without; the next visit tries again.
      navigator.serviceWorker.register('/sw.js').catch(() => undefined);
    }, untilQuietMs);
    return () => clearTimeout(timer);
  }, []);
  return null;
}
