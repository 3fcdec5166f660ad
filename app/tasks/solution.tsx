'use client';

/** The accepted ways of a task. Asked for once more before they are shown, unless it is done already. */
import { useEffect, useState } from 'react';
import { type ShownTask, useLab, useLabView } from '../lab/context';
import { CopyButton } from '../prose/copy-button';
import { RunButton } from '../prose/run-button';

export function Solution({ task, onCancel }: { task: ShownTask; onCancel: () => void }) {
  const client = useLab((lab) => lab.client);
  const ways = useLabView((view) => view.solutions[task.id], undefined);
  const [sure, setSure] = useState(task.status === 'done' || ways !== undefined);
  useEffect(() => {
    if (sure && ways === undefined) client?.askSolution(task.id);
  }, [sure, ways, client, task.id]);

  if (!sure) {
    return (
      <div className="task-confirm" role="group" aria-label="Show the solution?">
        <p>You learn more from a hint. Show the solution all the same?</p>
        <button type="button" className="button button-small button-strong" onClick={() => setSure(true)}>
          Show it
        </button>
        <button type="button" className="button button-small" onClick={onCancel}>
          Not yet
        </button>
      </div>
    );
  }
  if (ways === undefined) return <p className="task-waiting">Asking the lab</p>;
  return (
    <div className="task-solution">
      {ways.map((way, index) => (
        <div key={way.title} className="way">
          <p className="way-title">
            {ways.length > 1 && <span className="way-number">Way {index + 1}. </span>}
            {way.title}
          </p>
          <figure className="code-block code-block-run" aria-label={way.title}>
            <div className="run-rows">
              {way.commands.map((command, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same command can come twice, and the list never changes
                <div className="run-row" key={`${at}-${command}`}>
                  <RunButton command={command} />
                  <pre>
                    <code>{command}</code>
                  </pre>
                </div>
              ))}
            </div>
            <CopyButton text={way.commands.join('\n')} />
          </figure>
        </div>
      ))}
    </div>
  );
}
