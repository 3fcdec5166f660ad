/** A code fence of the prose: coloured, copied with a button, and, marked `run`, typed into the terminal line by line. */
import type { ReactNode } from 'react';
import { commandsIn } from './commands';
import { CopyButton } from './copy-button';
import { type CodeToken, highlight } from './highlight';
import { RunButton } from './run-button';
import { Var } from './var';
import { cutAtPlaceholders } from './vars';

export async function CodeFence({ language, meta, code }: { language: string; meta: string; code: string }) {
  const lines = await highlightWithPlaceholders(code, language);
  return meta.split(/\s+/).includes('run') ? (
    <RunnableCode code={code} lines={lines} />
  ) : (
    <PlainCode code={code} lines={lines} />
  );
}

/** A listing to read: output, a file, a piece of a man page. */
function PlainCode({ code, lines }: { code: string; lines: CodeToken[][] }) {
  return (
    <figure className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{withBreaks(lines.map((line, index) => <CodeLine key={keyOf(index)} tokens={line} />))}</code>
      </pre>
      <CopyButton text={code} />
    </figure>
  );
}

/** Commands to run: each has its button, comments stand between them. */
function RunnableCode({ code, lines }: { code: string; lines: CodeToken[][] }) {
  const commands = commandsIn(code);
  const rows: ReactNode[] = [];
  let next = 0;
  for (const { first, last, text } of commands) {
    rows.push(...notes(lines, next, first));
    rows.push(
      <div className="run-row" key={keyOf(first)}>
        <RunButton command={text} />
        <pre>
          <code>
            {withBreaks(
              lines.slice(first, last + 1).map((line, index) => <CodeLine key={keyOf(index)} tokens={line} />),
            )}
          </code>
        </pre>
      </div>,
    );
    next = last + 1;
  }
  rows.push(...notes(lines, next, lines.length));
  return (
    <figure className="code-block code-block-run" aria-label="Commands to run">
      <div className="run-rows">{rows}</div>
      <CopyButton text={commands.map((command) => command.text).join('\n')} />
    </figure>
  );
}

function notes(lines: CodeToken[][], from: number, to: number): ReactNode[] {
  return lines.slice(from, to).map((line, index) => (
    <pre className="run-note" key={keyOf(from + index)}>
      <code>
        <CodeLine tokens={line} />
      </code>
    </pre>
  ));
}

function CodeLine({ tokens }: { tokens: CodeToken[] }) {
  return tokens.map(({ text, kind }, index) => (
    <span key={keyOf(index)} className={kind === null ? undefined : `t-${kind}`}>
      {cutAtPlaceholders(text).map((piece, at) =>
        'name' in piece ? <Var key={keyOf(at)} name={piece.name} /> : piece.text,
      )}
    </span>
  ));
}

function withBreaks(lines: ReactNode[]): ReactNode[] {
  return lines.flatMap((line, index) => (index === 0 ? [line] : ['\n', line]));
}

/** Lines and tokens never move, so their place is their key. */
function keyOf(index: number): string {
  return `at-${index}`;
}

const marked = /zqv([A-Za-z][A-Za-z0-9]*?)vqz/g;

/** Braces would break the colouring of a command; while it is coloured, a plain word stands for each placeholder. */
async function highlightWithPlaceholders(code: string, language: string): Promise<CodeToken[][]> {
  const masked = cutAtPlaceholders(code)
    .map((piece) => ('name' in piece ? `zqv${piece.name}vqz` : piece.text))
    .join('');
  const lines = await highlight(masked, language);
  return lines.map((line) => line.map((token) => ({ ...token, text: token.text.replace(marked, '{{$1}}') })));
}
