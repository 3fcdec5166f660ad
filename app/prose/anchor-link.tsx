'use client';

/** The link beside a heading: goes there, and copies the address. */
import { useState } from 'react';
import { Check, LinkIcon } from '../ui/icons';

export function AnchorLink({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    const address = new URL(`#${id}`, location.href).href;
    navigator.clipboard?.writeText(address).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1600);
      },
      () => {
        // The link still goes to the heading, so its address is in the address bar.
      },
    );
  };
  return (
    <a
      className="anchor-link"
      href={`#${id}`}
      onClick={copy}
      aria-label={copied ? 'Link copied' : 'Copy a link to this section'}
    >
      {copied ? <Check /> : <LinkIcon />}
    </a>
  );
}
