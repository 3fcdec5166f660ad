import { useEffect, useRef } from 'react';
import { codeText } from './errors';
import { linesOf } from './json';
import type { CallNode } from './model';

/** Lines shown of one text. */
const maxLines = 200;

/** All that passed between a plugin and who called it. */
export function CallView({ node }: { node: CallNode }) {
  const { call, error } = node;
  const title = useRef<HTMLParagraphElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another call is chosen
  useEffect(() => title.current?.scrollIntoView({ block: 'nearest' }), [call]);
  return (
    <section className="dg-callview" aria-label={`Call ${call.number}`}>
      <p ref={title} className="dg-callview-title">
        Call {call.number}: {call.plugin}, by{' '}
        {call.parent === null ? 'the runtime' : `the plugin of call ${call.parent}`}
      </p>
      {error && (
        <p className="dg-callview-error">
          {error.code !== null && (
            <strong>
              Code {error.code}, {codeText(error.code)}:{' '}
            </strong>
          )}
          {error.message}
        </p>
      )}
      <div className="dg-callview-parts">
        <div>
          <h4>Environment</h4>
          <dl>
            {Object.entries(call.environment).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <JsonText title="In, on stdin" text={call.stdin} />
        <JsonText
          title={call.exitCode === null ? 'Out, so far' : `Out, on stdout, exit code ${call.exitCode}`}
          text={call.stdout}
        />
        {call.stderr.trim() !== '' && <JsonText title="On stderr" text={call.stderr} />}
      </div>
    </section>
  );
}

function JsonText({ title, text }: { title: string; text: string }) {
  const lines = linesOf(text);
  return (
    <div>
      <h4>{title}</h4>
      {text.trim() === '' ? (
        <p className="dg-quiet">nothing</p>
      ) : (
        <pre className="dg-json">
          <code>
            {lines.slice(0, maxLines).map((words, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other name
              <span key={index}>
                {words.map(({ kind, text: word }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor do its words
                  <span key={at} data-word={kind} data-chain={word === '"prevResult"' || undefined}>
                    {word}
                  </span>
                ))}
                {'\n'}
              </span>
            ))}
          </code>
        </pre>
      )}
      {lines.length > maxLines && <p className="dg-quiet">and {lines.length - maxLines} more lines</p>}
    </div>
  );
}
