/** The options with which bash and sh are called (bash(1), "OPTIONS"). */
import { isOption, optionOfLetter, shoptDefaults } from '../state/options';

export interface Invocation {
  /** `-c`: the commands. */
  command: string | null;
  interactive: boolean;
  login: boolean;
  readsStdin: boolean;
  norc: boolean;
  noprofile: boolean;
  rcfile: string | null;
  options: Array<{ name: string; on: boolean }>;
  shopts: Array<{ name: string; on: boolean }>;
  /** Without `-c`: the script, then its parameters. With `-c`: `$0`, then parameters. */
  operands: string[];
  /** What is printed instead of starting. */
  show: 'version' | 'help' | 'options' | null;
}

/** What is wrong with the call, as bash says it after its name. */
export class InvocationError extends Error {
  constructor(
    message: string,
    /** It is `set` that says so, which bash asks about the names of options. */
    readonly isOfSet = false,
  ) {
    super(message);
  }
}

export function readInvocation(argv: readonly string[]): Invocation {
  const [argv0 = '', ...args] = argv;
  const invocation: Invocation = {
    command: null,
    interactive: false,
    login: argv0.startsWith('-'),
    readsStdin: false,
    norc: false,
    noprofile: false,
    rcfile: null,
    options: [],
    shopts: [],
    operands: [],
    show: null,
  };
  let wantsCommand = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (word.startsWith('--')) {
      at += longOption(invocation, word.slice(2), args[at + 1]);
      continue;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 'i') invocation.interactive = true;
      else if (letter === 'l') invocation.login = true;
      else if (letter === 's') invocation.readsStdin = true;
      else if (letter === 'r' || letter === 'D') throw new InvocationError(`${word}: invalid option`);
      else if (letter === 'o' || letter === 'O') at += namedOption(invocation, letter, on, args[at + 1]);
      else {
        const name = optionOfLetter(letter);
        if (name === undefined) throw new InvocationError(`${word}: invalid option`);
        invocation.options.push({ name, on });
      }
    }
  }
  invocation.operands = args.slice(at);
  if (wantsCommand) {
    const command = invocation.operands.shift();
    if (command === undefined) throw new InvocationError('-c: option requires an argument');
    invocation.command = command;
  }
  return invocation;
}

/** Answers how many words it took besides its own. */
function longOption(invocation: Invocation, name: string, next: string | undefined): number {
  switch (name) {
    case 'login':
      invocation.login = true;
      return 0;
    case 'norc':
      invocation.norc = true;
      return 0;
    case 'noprofile':
      invocation.noprofile = true;
      return 0;
    case 'noediting':
      invocation.options.push({ name: 'emacs', on: false });
      return 0;
    case 'posix':
      invocation.options.push({ name: 'posix', on: true });
      return 0;
    case 'verbose':
      invocation.options.push({ name: 'verbose', on: true });
      return 0;
    case 'version':
      invocation.show = 'version';
      return 0;
    case 'help':
      invocation.show = 'help';
      return 0;
    case 'rcfile':
    case 'init-file':
      if (next === undefined) throw new InvocationError(`--${name}: option requires an argument`);
      invocation.rcfile = next;
      return 1;
    default:
      throw new InvocationError(`--${name}: invalid option`);
  }
}

function namedOption(invocation: Invocation, letter: string, on: boolean, name: string | undefined): number {
  if (name === undefined) {
    invocation.show = 'options';
    return 0;
  }
  if (letter === 'o') {
    if (!isOption(name)) throw new InvocationError(`${name}: invalid option name`, true);
    invocation.options.push({ name, on });
  } else {
    if (!shoptDefaults.some(([known]) => known === name))
      throw new InvocationError(`${name}: invalid shell option name`);
    invocation.shopts.push({ name, on });
  }
  return 1;
}
