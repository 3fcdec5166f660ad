/** Command lines with subcommands, in the manner of runc's: `program [global flags] command [flags] [arguments]`. */
import arg from 'arg';
import type { Flag } from './flags';
import { commandHelp, programHelp } from './help';
import { UsageError } from './usage-error';

/** What was given to a command. */
export interface Call {
  words: readonly string[];
  /** A flag's value. */
  of<T>(flag: Flag<T>): T;
}

export interface Command<Context> {
  name: string;
  usage: string;
  /** As help shows them: `<container-id> [signal]`. */
  arguments: string;
  /** How many words it takes. */
  words: { from: number; to: number };
  flags: ReadonlyArray<Flag<unknown>>;
  /** What follows the first word is no business of this command. */
  stopsAtWord?: boolean;
  /** Answers with an exit status; 0 when it answers with nothing. */
  run(context: Context, call: Call): Promise<number | undefined> | number | undefined | void;
}

export interface Commands<Context> {
  name: string;
  usage: string;
  version: string;
  flags: ReadonlyArray<Flag<unknown>>;
  commands: ReadonlyArray<Command<Context>>;
}

const help: Flag<boolean> = {
  name: 'help',
  alias: 'h',
  usage: 'show help',
  takesValue: false,
  read: (given) => given.length > 0,
};
const version: Flag<boolean> = { ...help, name: 'version', alias: 'v', usage: 'print the version' };

/**
 * Runs what the words say. `begin` makes of the global flags what commands work with. Errors: `UsageError`, after
 * the usage was printed, and those of the command.
 */
export async function runCommands<Context>(
  commands: Commands<Context>,
  words: readonly string[],
  print: (text: string) => void,
  begin: (call: Call) => Context,
): Promise<number> {
  const flags = [...commands.flags, help, version];
  const call = explained(
    print,
    () => programHelp(commands, flags),
    () => parse(words, flags, true),
  );
  if (call.of(version)) {
    print(`${commands.name} version ${commands.version}\n`);
    return 0;
  }
  const context = begin(call);
  const [name, ...rest] = call.words;
  if (name === undefined || call.of(help)) {
    print(programHelp(commands, flags));
    return 0;
  }
  if (name === 'help' || name === 'h') return showHelp(commands, flags, rest[0], print);
  const command = commands.commands.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`No help topic for '${name}'`);
  return runCommand(commands.name, command, rest, print, context);
}

async function runCommand<Context>(
  program: string,
  command: Command<Context>,
  words: readonly string[],
  print: (text: string) => void,
  context: Context,
): Promise<number> {
  const usage = () => commandHelp(program, command);
  const call = explained(print, usage, () => parse(words, [...command.flags, help], command.stopsAtWord === true));
  if (call.of(help)) {
    print(usage());
    return 0;
  }
  explained(print, usage, () => checkCount(program, command, call.words.length));
  return (await command.run(context, call)) ?? 0;
}

function showHelp<Context>(
  commands: Commands<Context>,
  flags: ReadonlyArray<Flag<unknown>>,
  topic: string | undefined,
  print: (text: string) => void,
): number {
  const command = commands.commands.find(({ name }) => name === topic);
  if (topic !== undefined && !command) throw new UsageError(`No help topic for '${topic}'`);
  print(command ? commandHelp(commands.name, command) : programHelp(commands, flags));
  return 0;
}

function explained<T>(print: (text: string) => void, usage: () => string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) {
      const isCount = error.message.includes(' requires ');
      print(`Incorrect Usage${isCount ? '.' : `: ${error.message}`}\n\n${usage()}`);
    }
    throw error;
  }
}

function checkCount<Context>(program: string, { name, words: { from, to } }: Command<Context>, given: number): void {
  if (given >= from && given <= to) return;
  const plural = (count: number) => `${count} argument(s)`;
  const needed =
    from === to
      ? `exactly ${plural(from)}`
      : given < from
        ? `a minimum of ${plural(from)}`
        : `a maximum of ${plural(to)}`;
  throw new UsageError(`${program}: ${JSON.stringify(name)} requires ${needed}`);
}

function parse(words: readonly string[], flags: ReadonlyArray<Flag<unknown>>, stopsAtWord: boolean): Call {
  const given = new Map<string, string[]>(flags.map(({ name }) => [name, []]));
  const rest = withArg(words, flags, stopsAtWord, given);
  const of = <T>(wanted: Flag<T>): T => wanted.read(given.get(wanted.name) ?? []);
  // What is wrong is told before anything is done.
  for (const one of flags) of(one);
  return { words: rest, of };
}

/** Notes what was given to each flag; answers with the words. */
function withArg(
  words: readonly string[],
  flags: ReadonlyArray<Flag<unknown>>,
  stopsAtWord: boolean,
  given: ReadonlyMap<string, string[]>,
): string[] {
  const note = ({ name, takesValue }: Flag<unknown>) => {
    const handler = (text: string) => void given.get(name)?.push(text);
    return takesValue ? handler : arg.flag(handler);
  };
  const spec: arg.Spec = Object.fromEntries(
    flags.flatMap((one) => [[`--${one.name}`, note(one)], ...(one.alias ? [[`-${one.alias}`, `--${one.name}`]] : [])]),
  );
  try {
    return arg(spec, { argv: [...words], stopAtPositional: stopsAtWord })._;
  } catch (error) {
    throw error instanceof arg.ArgError ? new UsageError(inWords(error)) : error;
  }
}

function inWords({ code, message }: arg.ArgError): string {
  const name = message.replace(/^.*: -*/, '').replace(/ .*$/, '');
  if (code === 'ARG_UNKNOWN_OPTION') return `flag provided but not defined: -${name}`;
  if (code === 'ARG_MISSING_REQUIRED_LONGARG') return `flag needs an argument: -${name}`;
  return message;
}
