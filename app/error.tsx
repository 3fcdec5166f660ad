'use client';

import { Mark } from './ui/icons';

/** Shown when a page itself fails. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="not-found">
      <Mark />
      <h1>This page has failed</h1>
      <p>{error.message}</p>
      <button type="button" className="button button-strong" onClick={reset}>
        Try again
      </button>
    </main>
  );
}
