/** env: runs a program in another environment, or prints the environment (env(1)). */
import { type Blocking, bare, isSysError, signalNumbers, strerror } from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { UsageError } from '../lib/options';
import { parseSignalName } from './common/signals';
import { splitArguments } from './common/split-string';
import { Fatal, makeTool, type Tool } from './common/tool';

export const env = makeTool({
  name: 'env',
  options: [
    { short: 'i', long: 'ignore-environment' },
    { short: '0', long: 'null' },
    { short: 'u', long: 'unset', value: 'required' },
    { short: 'C', long: 'chdir', value: 'required' },
    { short: 'S', long: 'split-string', value: 'required' },
    { short: 'v', long: 'debug' },
    { long: 'block-signal', value: 'optional' },
    { long: 'default-signal', value: 'optional' },
    { long: 'ignore-signal', value: 'optional' },
    { long: 'list-signal-handling' },
  ],
  usageStatus: 125,
  stopAtOperand: true,
  rewrite: expandSplitStrings,
  help: `[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]
Set each NAME to VALUE in the environment and run COMMAND; print the environment without one.

  -i, --ignore-environment  begin with nothing
  -0, --null                end each line with NUL
  -u, --unset=NAME          remove a variable
  -C, --chdir=DIR           work in DIR
  -S, --split-string=S      take S apart into arguments, for "#!" lines
      --block-signal[=SIG], --default-signal[=SIG], --ignore-signal[=SIG]
                            what COMMAND finds of signals
  -v, --debug               say what is done`,
  *run(tool) {
    yield* tellSplit(tool);
    const { variables, command } = yield* prepare(tool);
    const directory = tool.value('chdir');
    if (tool.has('null') && command.length > 0) {
      throw new UsageError('cannot specify --null (-0) with command');
    }
    if (command.length === 0) {
      if (directory !== null) throw new UsageError('must specify command with --chdir (-C)');
      for (const [name, value] of Object.entries(variables)) {
        yield* tool.write(`${name}=${value}${tool.has('null') ? '\0' : '\n'}`);
      }
      return 0;
    }
    changeSignals(tool);
    if (directory !== null) changeDirectory(tool, directory);
    const [program = ''] = command;
    if (tool.has('debug')) {
      yield* debug(tool, `executing: ${program}`);
      for (const [at, arg] of command.entries()) yield* debug(tool, `   arg[${at}]= ${tool.word(arg)}`);
    }
    const errno = yield* execByName(tool.sys, command, variables);
    yield* tool.warn(`${tool.word(program)}: ${strerror(errno)}`);
    if (errno === 'ENOENT' && program.includes(' ')) {
      yield* tool.warn('use -[v]S to pass options in shebang lines');
    }
    return errno === 'ENOENT' ? 127 : 126;
  },
});

/** `-S` takes the place of what it holds. */
function expandSplitStrings(args: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = args;
  const attached = /^-([i0v]*)S(.*)$/s.exec(first);
  const long = /^--split-string=(.*)$/s.exec(first);
  const flags = attached?.[1] ? [`-${attached[1]}`] : [];
  if (long || attached?.[2]) {
    const text = long?.[1] ?? attached?.[2] ?? '';
    return [...flags, ...splitArguments(text), ...args.slice(1)];
  }
  if ((attached || first === '--split-string') && args.length > 1)
    return [...flags, ...splitArguments(second), ...rest];
  return [...args];
}

/** With -v: what -S was taken apart into. */
function* tellSplit(tool: Tool): Blocking<void> {
  const [first = '', second = ''] = tool.args;
  const text =
    /^(?:-[i0v]*S|--split-string=)(.+)$/s.exec(first)?.[1] ??
    (/^(?:-[i0v]*S|--split-string)$/.test(first) ? second : null);
  if (text === null || !tool.has('debug')) return;
  yield* debug(tool, `split -S:  ${tool.word(text)}`);
  for (const [at, word] of splitArguments(text).entries())
    yield* debug(tool, `${at === 0 ? ' into: ' : '     & '}   ${tool.word(word)}`);
}

function* debug(tool: Tool, text: string): Blocking<void> {
  if (!tool.has('debug')) return;
  yield* tool.flush();
  yield* writeAll(tool.sys, 2, `${text}\n`);
}

function* prepare(tool: Tool): Blocking<{ variables: Record<string, string>; command: string[] }> {
  const words = [...tool.operands];
  const startsEmpty = tool.has('ignore-environment') || words[0] === '-';
  if (words[0] === '-') words.shift();
  const variables: Record<string, string> = bare(startsEmpty ? {} : tool.env);
  if (startsEmpty) yield* debug(tool, 'cleaning environ');
  for (const name of tool.options.values('unset')) {
    if (name === '' || name.includes('=')) {
      throw new Fatal(`cannot unset ${tool.word(name)}: ${strerror('EINVAL')}`, 125);
    }
    yield* debug(tool, `unset:    ${name}`);
    delete variables[name];
  }
  while (words[0]?.includes('=')) {
    const word = words.shift() ?? '';
    const equals = word.indexOf('=');
    if (equals === 0) throw new Fatal(`cannot set ${tool.word('')}: ${strerror('EINVAL')}`, 125);
    yield* debug(tool, `setenv:   ${word}`);
    variables[word.slice(0, equals)] = word.slice(equals + 1);
  }
  return { variables, command: words };
}

function changeDirectory(tool: Tool, directory: string): void {
  try {
    tool.sys.chdir(directory);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot change directory to ${tool.quote(directory)}: ${strerror(error.errno)}`, 125);
  }
}

function changeSignals(tool: Tool): void {
  const { sys } = tool;
  for (const { name, value } of tool.options.given) {
    if (!/^(block|default|ignore)-signal$/.test(name)) continue;
    for (const signal of signalList(tool, value)) {
      if (name === 'block-signal') sys.sigprocmask('block', 1n << BigInt(signal - 1));
      else if (signal !== signalNumbers.SIGKILL && signal !== signalNumbers.SIGSTOP) {
        sys.sigaction(signal, name === 'ignore-signal' ? 'ignore' : 'default');
      }
    }
  }
}

function signalList(tool: Tool, text: string | null): number[] {
  if (text === null) return Object.values(signalNumbers);
  return text.split(',').map((name) => {
    const signal = parseSignalName(name);
    if (signal === null || signal === 0) throw new UsageError(`${tool.word(name)}: invalid signal`);
    return signal;
  });
}
