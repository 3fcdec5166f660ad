/** What the prose's own elements become. */
import type { ComponentProps, ReactNode } from 'react';
import { AnchorLink } from './anchor-link';
import { Var } from './var';
import { cutAtPlaceholders } from './vars';

export function Heading2({ id = '', children }: ComponentProps<'h2'>) {
  return (
    <h2 id={id} aria-labelledby={`${id}-text`}>
      <HeadingText id={id}>{children}</HeadingText>
    </h2>
  );
}

export function Heading3({ id = '', children }: ComponentProps<'h3'>) {
  return (
    <h3 id={id} aria-labelledby={`${id}-text`}>
      <HeadingText id={id}>{children}</HeadingText>
    </h3>
  );
}

/** The heading is named by its words alone, not by the link beside them. */
function HeadingText({ id, children }: { id: string; children: ReactNode }) {
  return (
    <>
      <span id={`${id}-text`}>{children}</span>
      <AnchorLink id={id} />
    </>
  );
}

/** Links out of the course say so and open beside it. */
export function ProseLink({ href, children }: ComponentProps<'a'>) {
  const away = href !== undefined && /^https?:/.test(href);
  return away ? (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  ) : (
    <a href={href}>{children}</a>
  );
}

/** Inline code, with the learner's own names in it. */
export function CodeText({ children }: ComponentProps<'code'>) {
  if (typeof children !== 'string') return <code>{children}</code>;
  return (
    <code>
      {cutAtPlaceholders(children).map((piece) =>
        'name' in piece ? <Var key={piece.name} name={piece.name} /> : piece.text,
      )}
    </code>
  );
}

export function ProseTable({ children }: ComponentProps<'table'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Table">
      <table>{children}</table>
    </div>
  );
}
