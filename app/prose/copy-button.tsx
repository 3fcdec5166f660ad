'use client';

import { useState } from 'react';
import { useVars } from '../lab/context';
import { Check, Copy } from '../ui/icons';
import { fillKnown } from './vars';

export function CopyButton({ text }: { text: string }) {
  const vars = useVars();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard?.writeText(fillKnown(text, vars)).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1600);
      },
      () => {
        // Without leave to use the clipboard the text can still be selected.
      },
    );
  };
  return (
    <button type="button" className="copy-button" onClick={copy} aria-label={copied ? 'Copied' : 'Copy'} title="Copy">
      {copied ? <Check /> : <Copy />}
    </button>
  );
}
