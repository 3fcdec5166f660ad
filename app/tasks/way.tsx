'use client';

/** One accepted way of a task, step by step; each step is done with a click. */
import { useState } from 'react';
import { useLab } from '../lab/context';
import { CopyButton } from '../prose/copy-button';
import { Check, Play } from '../ui/icons';
import { type SolutionStep, stepsOf } from './steps';

export function Way({ title, commands }: { title: string; commands: readonly string[] }) {
  const steps = stepsOf(commands);
  const text = steps.flatMap((step) => (step.kind === 'command' ? [step.text] : [])).join('\n');
  return (
    <figure className="code-block code-block-run" aria-label={title}>
      <div className="run-rows">
        {steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same step can come twice, and the list never changes
          <Step key={at} step={step} />
        ))}
      </div>
      <CopyButton text={text} />
    </figure>
  );
}

function Step({ step }: { step: SolutionStep }) {
  const perform = useLab((lab) => lab.perform);
  const [done, setDone] = useState(false);
  if (step.kind === 'terminal') return <p className="run-place">{step.text}</p>;
  const what = step.kind === 'key' ? `Press ${step.label}` : `Run: ${step.text}`;
  return (
    <div className="run-row">
      <button
        type="button"
        className="run-button"
        aria-label={what}
        title={step.kind === 'key' ? 'Press it in the terminal' : 'Run in the terminal'}
        onClick={() => {
          perform(step);
          setDone(true);
          setTimeout(() => setDone(false), 1200);
        }}
      >
        {done ? <Check /> : <Play />}
      </button>
      <pre>
        <code>{step.kind === 'key' ? <kbd>{step.label}</kbd> : step.text}</code>
      </pre>
    </div>
  );
}
