export interface OptionSpec {
  /** One character without the dash. */
  short?: string;
  /** Without the dashes. */
  long?: string;
  /** Whether it takes a value: `required`, or `optional` (attached only: `-pVALUE`, `--name=VALUE`). */
  value?: 'required' | 'optional';
  /** Under which name it is reported; `long`, else `short`, when left out. */
  as?: string;
}

export interface GivenOption {
  name: string;
  value: string | null;
  /** As it was written: `-B`, `--block-size`. */
  spelled?: string;
}

export interface ParsedOptions {
  /** In the order they were given. */
  given: GivenOption[];
  operands: string[];
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | null;
  /** All values given. */
  values(name: string): string[];
}

export interface ParseSettings {
  /** Options end at the first operand (`+` of getopt, POSIXLY_CORRECT): for programs that run another command. */
  stopAtOperand?: boolean;
}

/** What is wrong, as getopt_long(3) says it after `name: `. */
export class UsageError extends Error {}

export function parseOptions(
  args: readonly string[],
  specs: readonly OptionSpec[],
  settings: ParseSettings = {},
): ParsedOptions {
  const given: GivenOption[] = [];
  const operands: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    if (arg.startsWith('--')) given.push(readLong(arg.slice(2), specs, rest));
    else if (arg.startsWith('-') && arg !== '-') given.push(...readShort(arg.slice(1), specs, rest));
    else {
      operands.push(arg);
      if (!settings.stopAtOperand) continue;
      operands.push(...rest);
      break;
    }
  }
  const values = (name: string) => given.filter((option) => option.name === name).flatMap(({ value }) => value ?? []);
  return {
    given,
    operands,
    has: (name) => given.some((option) => option.name === name),
    value: (name) => values(name).at(-1) ?? null,
    values,
  };
}

function nameOf(spec: OptionSpec): string {
  return spec.as ?? spec.long ?? spec.short ?? '';
}

function readLong(text: string, specs: readonly OptionSpec[], rest: string[]): GivenOption {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const attached = equals < 0 ? null : text.slice(equals + 1);
  const spec = findLong(name, specs, text);
  if (spec.value === undefined) {
    if (attached !== null) throw new UsageError(`option '--${spec.long}' doesn't allow an argument`);
    return { name: nameOf(spec), value: null, spelled: `--${spec.long}` };
  }
  if (attached !== null || spec.value === 'optional')
    return { name: nameOf(spec), value: attached, spelled: `--${spec.long}` };
  const next = rest.shift();
  if (next === undefined) throw new UsageError(`option '--${spec.long}' requires an argument`);
  return { name: nameOf(spec), value: next, spelled: `--${spec.long}` };
}

/** `text`: the whole option, for messages. */
function findLong(name: string, specs: readonly OptionSpec[], text: string): OptionSpec {
  const exact = specs.find((spec) => spec.long === name);
  if (exact) return exact;
  const similar = specs.filter((spec) => spec.long?.startsWith(name));
  const [only] = similar;
  if (only === undefined) throw new UsageError(`unrecognized option '--${text}'`);
  if (new Set(similar.map(nameOf)).size === 1) return only;
  const possible = similar.map(({ long }) => `'--${long}'`).join(' ');
  throw new UsageError(`option '--${text}' is ambiguous; possibilities: ${possible}`);
}

function readShort(letters: string, specs: readonly OptionSpec[], rest: string[]): GivenOption[] {
  const given: GivenOption[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at];
    const spec = specs.find(({ short }) => short === letter);
    if (!spec) throw new UsageError(`invalid option -- '${letter}'`);
    if (spec.value === undefined) {
      given.push({ name: nameOf(spec), value: null, spelled: `-${letter}` });
      continue;
    }
    const attached = letters.slice(at + 1);
    if (attached !== '' || spec.value === 'optional') {
      given.push({ name: nameOf(spec), value: attached === '' ? null : attached, spelled: `-${letter}` });
      break;
    }
    const next = rest.shift();
    if (next === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
    given.push({ name: nameOf(spec), value: next, spelled: `-${letter}` });
    break;
  }
  return given;
}
