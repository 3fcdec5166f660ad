/** Values that differ from learner to learner but never for one learner: seeded, so that a grade can be repeated. */

/** Names and values that differ from learner to learner. In prose and commands, `{{name}}` stands for the value. */
export type Vars = Readonly<Record<string, string>>;

/** Draws values. Every draw depends on the seed and on the draws before it, on nothing else. */
export interface Picker {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** One of the values. */
  of(values: readonly [string, ...string[]]): string;
  /** `count` different values, in random order. */
  some(values: readonly string[], count: number): string[];
}

/** The learner's values for a lesson. The same learner and lesson always get the same. */
export function varsFor(lesson: { number: string; vars?(pick: Picker): Vars }, learner: string): Vars {
  return lesson.vars ? lesson.vars(createPicker(`${learner}/${lesson.number}`)) : {};
}

/** Replaces each `{{name}}`; an unknown name is an error that lists the known ones. */
export function fillIn(text: string, vars: Vars): string {
  return text.replace(/\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g, (_, name: string) => {
    const value = vars[name];
    if (value === undefined) {
      throw new Error(`unknown variable {{${name}}}; this lesson has ${Object.keys(vars).join(', ') || 'none'}`);
    }
    return value;
  });
}

export function createPicker(seed: string): Picker {
  const next = mulberry32(fnv1a(seed));
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    of: (values) => values[int(0, values.length - 1)] ?? values[0],
    some(values, count) {
      const rest = [...values];
      const chosen: string[] = [];
      while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(int(0, rest.length - 1), 1));
      return chosen;
    },
  };
}

/** FNV-1a, 32 bits (RFC 9923): spreads a text over the seed space. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Mulberry32: a 32-bit generator of period 2^32, enough to pick names. Numbers from 0 (included) to 1 (not). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
