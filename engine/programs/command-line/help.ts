/** How a program and its commands are used, in the form that runc has it in. */
import type { Command, Commands } from './command';
import type { Flag } from './flags';

export function programHelp<Context>(
  { name, usage, version, commands }: Commands<Context>,
  flags: ReadonlyArray<Flag<unknown>>,
): string {
  const list = commands.map((command) => [command.name, command.usage] as const);
  return [
    section('NAME', [`${name} - ${usage}`]),
    section('USAGE', [`${name} [global options] command [command options] [arguments...]`]),
    section('VERSION', [version]),
    section('COMMANDS', columns([...list, ['help, h', 'Shows a list of commands or help for one command']])),
    section('GLOBAL OPTIONS', columns(flags.map(describe))),
  ].join('\n');
}

export function commandHelp<Context>(program: string, command: Command<Context>): string {
  const { flags } = command;
  const options = flags.length > 0 ? ' [command options]' : '';
  return [
    section('NAME', [`${program} ${command.name} - ${command.usage}`]),
    section('USAGE', [`${program} ${command.name}${options} ${command.arguments}`.trimEnd()]),
    ...(flags.length > 0 ? [section('OPTIONS', columns(flags.map(describe)))] : []),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `   ${line}\n`).join('')}`;
}

function describe({ name, alias, usage, takesValue, default: otherwise }: Flag<unknown>): [string, string] {
  const names = [`--${name}`, ...(alias ? [`-${alias}`] : [])].map((word) => (takesValue ? `${word} value` : word));
  return [names.join(', '), `${usage}${otherwise ? ` (default: ${shown(otherwise)})` : ''}`];
}

function shown(value: string): string {
  return /^\d+\w*$/.test(value) ? value : JSON.stringify(value);
}

function columns(rows: ReadonlyArray<readonly [string, string]>): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${first.padEnd(width)}  ${second}`);
}
