/** Flags of a command: what may be given, how it is read, and what help says of it. */
import { InvalidValue } from './usage-error';

export interface Flag<T> {
  /** Without dashes: `pid-file`. */
  name: string;
  /** One letter. */
  alias?: string | undefined;
  usage: string;
  takesValue: boolean;
  /** Shown by help. */
  default?: string | undefined;
  /** From all that was given, in order. Throws `InvalidValue`. */
  read(given: readonly string[]): T;
}

interface About {
  alias?: string;
  usage: string;
}

export function flag(name: string, about: About): Flag<boolean> {
  return { name, ...about, takesValue: false, read: (given) => given.length > 0 };
}

/** The last one given counts. */
export function value<T>(name: string, about: About, parse: (text: string) => T): Flag<T | undefined> {
  const read = (given: readonly string[]) => {
    const last = given.at(-1);
    return last === undefined ? undefined : parsed(name, last, parse);
  };
  return { name, ...about, takesValue: true, read };
}

/** `otherwise`: as it would be given. */
export function valueOr<T>(name: string, about: About, otherwise: string, parse: (text: string) => T): Flag<T> {
  const one = value(name, about, parse);
  return { ...one, default: otherwise, read: (given) => one.read(given) ?? parse(otherwise) };
}

/** Every one given counts. */
export function values<T>(name: string, about: About, parse: (text: string) => T): Flag<T[]> {
  const read = (given: readonly string[]) => given.map((text) => parsed(name, text, parse));
  return { name, ...about, takesValue: true, read };
}

function parsed<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidValue(`invalid value ${JSON.stringify(text)} for flag -${name}: ${why}`);
  }
}

/** A whole number that is not negative. */
export function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error('a number is needed');
  return Number(text);
}
