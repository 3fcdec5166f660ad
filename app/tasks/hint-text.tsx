'use client';

import { Filled } from '../prose/filled';

/** A hint as the lab worked it out; read aloud when it comes. */
export function HintText({ text }: { text: string }) {
  return (
    <div className="task-hint" role="status">
      {text.split(/\n{2,}/).map((paragraph) => (
        <p key={paragraph}>
          <Filled text={paragraph} />
        </p>
      ))}
    </div>
  );
}
