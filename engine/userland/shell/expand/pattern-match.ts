/**
 * Where a pattern can end, from one place on: all places at once, so that no pattern takes longer than the product of its
 * length and the text's (groups: of the text's with itself).
 */
import { ShellError } from '../state/flow';
import type { PatternNode } from './pattern-nodes';

/** Places in the text, rising; `from` stands for that one and all behind it. */
type Places = readonly number[] | { from: number };
type Group = Extract<PatternNode, { kind: 'group' }>;

/** More than anybody waits for: the shell cannot be interrupted in here. */
const mostSteps = 5_000_000;

export class Matching {
  readonly #ends = new Map<Group, Map<number, readonly number[]>>();
  #steps = 0;
  /** The last attempt got behind a `*`: no later place can do better. */
  isHopeless = false;

  constructor(
    private readonly nodes: readonly PatternNode[],
    private readonly text: readonly string[],
    private readonly ignoreCase: boolean,
  ) {}

  /** Does it match from `start` exactly to the end? */
  reachesEnd(start: number): boolean {
    const places = this.#run(this.nodes, [start]);
    return 'from' in places || places.at(-1) === this.text.length;
  }

  /** Where it ends at the earliest or at the latest; null when it does not match at `start`. */
  end(start: number, isLongest: boolean): number | null {
    const places = this.#run(this.nodes, [start]);
    if ('from' in places) return isLongest ? this.text.length : places.from;
    return places.at(isLongest ? -1 : 0) ?? null;
  }

  #run(nodes: readonly PatternNode[], starts: Places): Places {
    let places = starts;
    this.isHopeless = false;
    let isBehindStar = false;
    for (const node of nodes) {
      places = this.#after(node, places);
      if (isEmpty(places)) break;
      isBehindStar ||= node.kind === 'star';
    }
    this.isHopeless = isBehindStar && isEmpty(places);
    return places;
  }

  #after(node: PatternNode, places: Places): Places {
    switch (node.kind) {
      case 'star':
        return { from: 'from' in places ? places.from : (places[0] ?? this.text.length) };
      case 'group':
        return this.#afterGroup(node, this.#list(places));
      case 'literal':
        return this.#afterOne((char) => char === node.char, places);
      default:
        return this.#afterOne(node.test, places);
    }
  }

  #afterOne(test: (char: string) => boolean, places: Places): number[] {
    const { text } = this;
    const found: number[] = [];
    for (const at of this.#list(places)) {
      const char = text[at];
      if (char !== undefined && this.#passes(test, char)) found.push(at + 1);
    }
    return found;
  }

  #passes(test: (char: string) => boolean, char: string): boolean {
    return test(char) || (this.ignoreCase && (test(char.toLowerCase()) || test(char.toUpperCase())));
  }

  #afterGroup(group: Group, places: readonly number[]): number[] {
    const { operator } = group;
    if (operator === '!') return this.#afterOther(group, places);
    const once = new Set(places.flatMap((at) => this.#endsOf(group, at)));
    if (operator === '*' || operator === '+') {
      for (const at of once) for (const end of this.#endsOf(group, at)) once.add(end);
    }
    if (operator === '*' || operator === '?') for (const at of places) once.add(at);
    return rising(once);
  }

  /** `!(...)`: whatever none of them matches. */
  #afterOther(group: Group, places: readonly number[]): number[] {
    const found = new Set<number>();
    for (const start of places) {
      const excluded = new Set(this.#endsOf(group, start));
      for (const end of this.#list({ from: start })) if (!excluded.has(end)) found.add(end);
    }
    return rising(found);
  }

  #endsOf(group: Group, start: number): readonly number[] {
    const known = this.#ends.get(group) ?? new Map<number, readonly number[]>();
    this.#ends.set(group, known);
    const before = known.get(start);
    if (before) return before;
    const ends = rising(new Set(group.alternatives.flatMap((nodes) => [...this.#list(this.#run(nodes, [start]))])));
    known.set(start, ends);
    return ends;
  }

  /** Counted here: every step looks at such a list. */
  #list(places: Places): readonly number[] {
    const list =
      'from' in places
        ? Array.from({ length: this.text.length - places.from + 1 }, (_, index) => places.from + index)
        : places;
    this.#steps += list.length + 1;
    if (this.#steps > mostSteps) throw new ShellError('the pattern takes too many steps in this simulator');
    return list;
  }
}

function isEmpty(places: Places): boolean {
  return !('from' in places) && places.length === 0;
}

function rising(places: ReadonlySet<number>): number[] {
  return [...places].sort((a, b) => a - b);
}
