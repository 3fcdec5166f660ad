/** The frame of small programs: options, --help and --version, messages on standard error, an exit status. */
import { type Blocking, isSysError, type Program, type Sys, strerror } from '../../kernel/sim';
import { Output, writeAll } from './io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from './options';
import { OutputError } from './output-error';

export type Environment = Readonly<Record<string, string>>;

export interface CommandSpec {
  name: string;
  options?: readonly OptionSpec[];
  /** All that --help prints. */
  usage: string;
  /** The line --version prints; there is no such option when left out. */
  version?: string;
  /** Letters of --help and --version: `h` and `V` when left out, none when empty. */
  helpLetter?: string;
  versionLetter?: string;
  stopAtOperand?: boolean;
  /** Exit status of mistakes in the options; 1 when left out. */
  usageStatus?: number;
  /** What follows a mistake in the options: the whole usage, a line that names --help, or nothing. */
  afterMistake?: 'usage' | 'hint' | 'nothing';
  /** For options that look different: turns them into usual ones. */
  rewrite?: (args: readonly string[]) => string[];
  run(command: Command): Blocking<number | void>;
}

/** Ends the program with `NAME: message`. */
export class Fatal extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Ends the program with a status: everything has been said. */
export class Quit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

export class Command {
  readonly out: Output;
  /** What it will exit with when it is not told otherwise. */
  status = 0;

  constructor(
    readonly sys: Sys,
    /** As it was called: messages begin with it. */
    readonly name: string,
    readonly options: ParsedOptions,
    readonly env: Environment,
    readonly usage: string,
  ) {
    this.out = new Output(sys, 1, env);
  }

  get operands(): string[] {
    return this.options.operands;
  }
  has(option: string): boolean {
    return this.options.has(option);
  }
  value(option: string): string | null {
    return this.options.value(option);
  }
  /** A whole number, or a mistake with `message`. */
  number(option: string, message: (text: string) => string): number | null {
    const text = this.value(option);
    if (text === null) return null;
    if (!/^\d+$/.test(text)) throw new Fatal(message(text));
    return Number(text);
  }
  *line(text: string): Blocking<void> {
    yield* this.out.line(text);
  }
  *warn(text: string): Blocking<void> {
    yield* writeAll(this.sys, 2, `${this.name}: ${text}\n`);
  }
  *fail(text: string, status = 1): Blocking<void> {
    this.status = status;
    yield* this.warn(text);
  }
  /** The usage on standard error. */
  *misuse(status = 1): Blocking<number> {
    yield* writeAll(this.sys, 2, this.usage);
    return status;
  }
}

export function makeCommand(spec: CommandSpec): Program {
  const { helpLetter = 'h', versionLetter = 'V' } = spec;
  const options: OptionSpec[] = [
    ...(spec.options ?? []),
    { ...(helpLetter === '' ? {} : { short: helpLetter }), long: 'help', as: '--help' },
  ];
  if (spec.version !== undefined) {
    options.push({ ...(versionLetter === '' ? {} : { short: versionLetter }), long: 'version', as: '--version' });
  }
  return function* (sys, argv, env) {
    const name = baseName(argv[0] ?? spec.name);
    try {
      const args = argv.slice(1);
      const parsed = parseOptions(spec.rewrite ? spec.rewrite(args) : args, options, {
        stopAtOperand: spec.stopAtOperand ?? false,
      });
      const first = parsed.given.find((option) => option.name === '--help' || option.name === '--version');
      if (first?.name === '--help') return yield* say(sys, spec.usage);
      if (first?.name === '--version') return yield* say(sys, `${spec.version}\n`);
      const command = new Command(sys, name, parsed, env, spec.usage);
      const status = yield* run(spec, command);
      yield* command.out.flush();
      return status;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      yield* writeAll(sys, 2, `${name}: ${error.message}\n${afterMistake(spec, name)}`);
      return spec.usageStatus ?? 1;
    }
  };
}

function* run(spec: CommandSpec, command: Command): Blocking<number> {
  try {
    return (yield* spec.run(command)) ?? command.status;
  } catch (error) {
    if (error instanceof Fatal) {
      yield* command.warn(error.message);
      yield* command.out.flush();
      return error.status;
    }
    if (error instanceof Quit) {
      yield* command.out.flush();
      return error.status;
    }
    if (error instanceof OutputError) throw error;
    // The reader of the output is gone: there is nobody to tell.
    if (isSysError(error, 'EPIPE')) return 1;
    if (!isSysError(error)) throw error;
    yield* command.warn(strerror(error.errno));
    return 1;
  }
}

function afterMistake({ afterMistake: kind = 'usage', usage }: CommandSpec, name: string): string {
  if (kind === 'hint') return `Try '${name} --help' for more information.\n`;
  return kind === 'usage' ? usage : '';
}

function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
