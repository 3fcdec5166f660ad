'use client';

/** A text with `{{name}}` in it and backquoted code, as titles, hints and solutions have it. */
import { Fragment } from 'react';
import { useVars } from '../lab/context';
import { fillKnown } from './vars';

export function Filled({ text }: { text: string }) {
  const vars = useVars();
  const pieces = fillKnown(text, vars).split('`');
  return pieces.map((piece, index) => {
    const key = `at-${index}`;
    return index % 2 === 1 ? <code key={key}>{piece}</code> : <Fragment key={key}>{piece}</Fragment>;
  });
}
