/** What two kernels tell of the end of the same journeys. */

type Facts = Readonly<Record<string, readonly string[]>>;

export interface Comparison {
  lesson: string;
  /** How many there are on the first kernel. */
  facts: number;
  differences: string[];
}

/** One entry a lesson of either. A lesson that one kernel tells nothing of differs. */
export function differencesOf(real: Facts, simulated: Facts): Comparison[] {
  const lessons = new Set([...Object.keys(real), ...Object.keys(simulated)]);
  return [...lessons].map((lesson) => {
    const [left, right] = [real[lesson], simulated[lesson]];
    const differences = left && right ? unequal(left, right) : [`only on the ${left ? 'real' : 'simulated'} kernel`];
    return { lesson, facts: left?.length ?? 0, differences };
  });
}

function unequal(real: readonly string[], simulated: readonly string[]): string[] {
  const balance = new Map<string, number>();
  for (const fact of real) balance.set(fact, (balance.get(fact) ?? 0) + 1);
  for (const fact of simulated) balance.set(fact, (balance.get(fact) ?? 0) - 1);
  return [...balance].flatMap(([fact, count]) =>
    count === 0
      ? []
      : [
          `${count > 0 ? 'real' : 'simulated'} only: ${fact}${Math.abs(count) > 1 ? ` (${Math.abs(count)} times)` : ''}`,
        ],
  );
}
