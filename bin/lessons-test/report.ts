/** Puts outcomes into words, and into numbers for a machine. */
import type { Outcome } from './attempt';

export interface Report {
  passed: number;
  failed: number;
  skipped: number;
  /** Why trials were skipped, and what was left behind. */
  notes: string[];
  /** From the end of a command to green, in milliseconds, over all tasks. */
  green: { count: number; medianMs: number | null; p95Ms: number | null; maxMs: number | null };
  results: Array<{
    lesson: string;
    task: string | null;
    kind: Outcome['trial']['kind'];
    title: string;
    round: number;
    ok: boolean;
    reason?: string;
    delays: Outcome['delays'];
    tookMs: number;
  }>;
  /** What was true at the end of each journey, by lesson: for `lessons-compare.ts`. Of the first round. */
  facts: Record<string, readonly string[]>;
}

/** Outcomes of each round, in order, to one report. */
export function reportOn(rounds: ReadonlyArray<readonly Outcome[]>, skipped: number, notes: string[]): Report {
  const all = rounds.flatMap((outcomes, index) => outcomes.map((outcome) => ({ outcome, round: index + 1 })));
  const delays = all.flatMap(({ outcome }) => outcome.delays.map(({ ms }) => ms)).sort((a, b) => a - b);
  return {
    passed: all.filter(({ outcome }) => outcome.ok).length,
    failed: all.filter(({ outcome }) => !outcome.ok).length,
    skipped,
    notes,
    green: {
      count: delays.length,
      medianMs: quantile(delays, 0.5),
      p95Ms: quantile(delays, 0.95),
      maxMs: quantile(delays, 1),
    },
    results: all.map(({ outcome, round }) => ({
      lesson: outcome.trial.lesson.number,
      task: outcome.trial.task?.id ?? null,
      kind: outcome.trial.kind,
      title: outcome.trial.title,
      round,
      ok: outcome.ok,
      ...(outcome.ok ? {} : { reason: outcome.reason }),
      delays: outcome.delays,
      tookMs: Math.round(outcome.tookMs),
    })),
    facts: Object.fromEntries(
      (rounds[0] ?? []).flatMap(({ trial, facts }) => (facts ? [[trial.lesson.number, facts]] : [])),
    ),
  };
}

/** Trials that went one way in one round and another way in the next. */
export function fickle(rounds: ReadonlyArray<readonly Outcome[]>): string[] {
  const [first = [], ...others] = rounds;
  const before = new Map(first.map((outcome) => [nameOf(outcome), outcome.ok]));
  return others.flatMap((outcomes) =>
    outcomes.filter((outcome) => before.get(nameOf(outcome)) !== outcome.ok).map((outcome) => nameOf(outcome)),
  );
}

export function nameOf({ trial }: Outcome): string {
  return `${trial.lesson.number} ${trial.task?.id ?? ''} ${trial.kind} "${trial.title}"`.replace('  ', ' ');
}

/** The value below which the share `q` of the sorted values lies (nearest rank), to the tenth; null when there are none. */
export function quantile(sorted: readonly number[], q: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

/** One line for a trial that is over; a failed one brings its reason and what the terminals showed. */
export function lineFor(outcome: Outcome): string {
  const slowest = Math.max(...outcome.delays.map(({ ms }) => ms));
  const speed = outcome.delays.length > 0 ? `  green after ${slowest.toFixed(0)} ms` : '';
  const line = `${outcome.ok ? 'ok  ' : 'FAIL'}  ${nameOf(outcome)}${speed}  (${(outcome.tookMs / 1000).toFixed(1)} s)`;
  return outcome.ok ? line : `${line}\n      ${outcome.reason}\n${indent(outcome.transcript)}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      | ${line}`)
    .join('\n');
}
