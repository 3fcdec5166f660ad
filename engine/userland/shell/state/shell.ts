/** The state of one shell process. A subshell has a copy of its own. */

import type { AndOr, CommandNode, CompoundCommand, CompoundList, Pipeline, Redirected, Statement } from 'unbash';
import type { Blocking, Errno, Program, Signal, Sys, Termios } from '../../../kernel/sim';
import type { Held } from '../../lib/held';
import type { Source } from '../parse/source';
import { Source as SourceText } from '../parse/source';
import type { Substitution } from '../parse/word';
import { byLine, type Piece } from './by-line';
import { type Job, JobTable } from './jobs';
import { Options } from './options';
import { Variables } from './variables';

export interface ShellFunction {
  name: string;
  body: CompoundCommand | Redirected | CompoundList;
  source: Source;
  /** The file it was defined in (`BASH_SOURCE`), and where. */
  file: string;
  line: number;
  exported: boolean;
  traced: boolean;
  readonly: boolean;
}

/** A function or sourced file being executed. */
export interface Frame {
  /** `source` for a sourced file, `main` for the script. */
  name: string;
  file: string;
  /** The line of the call. */
  callLine: number;
  args: readonly string[];
}

export interface RunOptions {
  line?: number;
  /** `bash: eval: `: what stands before the line of a syntax error. */
  errorName?: string;
  tail?: Tail;
}

/** What builtins and expansions ask of the interpreter. */
export interface Interpreter {
  /** Parses and executes a text, group of lines by group. */
  runText(shell: Shell, text: string, options?: RunOptions): Blocking<number>;
  /** The output of a command substitution, without trailing newlines. */
  substitute(shell: Shell, substitution: Substitution): Blocking<string>;
  /** The name under which the other end of the pipe can be opened. */
  processSubstitution(shell: Shell, direction: '<' | '>', substitution: Substitution): Blocking<string>;
  /** A command given by its words: function, builtin, program. */
  runWords(shell: Shell, words: readonly string[], how?: 'any' | 'command' | 'builtin', tail?: Tail): Blocking<number>;
  callFunction(shell: Shell, definition: ShellFunction, args: readonly string[], tail?: Tail): Blocking<number>;
  runStatements(shell: Shell, statements: readonly Statement[], tail?: Tail): Blocking<number>;
  execute(shell: Shell, node: Executable, tail?: Tail): Blocking<number>;
}

/** What the parts above the interpreter put in. */
export interface Hooks {
  /** Writes everything; an error is left in `writeError`. */
  write(shell: Shell, fd: number, text: string): Blocking<void>;
  /** Answers the exit status. */
  exitTrap(shell: Shell): Blocking<number>;
  runPendingTraps(shell: Shell): Blocking<void>;
  /** A line of `set -x`. */
  trace(shell: Shell, text: string): void;
  /** PS4, expanded. */
  expandPs4(shell: Shell, text: string): string;
  /** A function as `declare -f` prints it, without its name; and as it stands in the environment. */
  functionText(definition: ShellFunction): string;
  exportedText(definition: ShellFunction): string;
  /** A job as `jobs` prints it. */
  jobLine(shell: Shell, job: Job): string;
  /** A script without `#!`, read by this process. */
  runScript(shell: Shell, path: string, args: readonly string[], environment: readonly string[]): Blocking<number>;
  isBuiltin(shell: Shell, name: string): boolean;
  builtinNames(): string[];
  /** What an option brings about (`set -m`). */
  setOption(shell: Shell, name: string, on: boolean): void;
  /** Before the shell dies of a signal: the history is saved. */
  beforeEnd(shell: Shell): Blocking<void>;
  /** Around `exec`: signals as they were when the shell began, and back if it fails. */
  beforeExec(shell: Shell): void;
  afterExec(shell: Shell): void;
}

export type Executable = CommandNode | Pipeline | AndOr | CompoundList;

/**
 * What comes after a command in its process: something; nothing, in `bash -c`, in `$( )`, in a subshell. Where nothing
 * comes, bash executes a program in its own place.
 */
export type Tail = 'no' | 'string' | 'substitution' | 'subshell';

export interface HistoryEntry {
  line: string;
  /** Seconds since 1970, when it was remembered. */
  time: number | null;
}

export interface Completion {
  actions: string[];
  options: string[];
  words: string | null;
  functionName: string | null;
  command: string | null;
  glob: string | null;
  filter: string | null;
  prefix: string;
  suffix: string;
}

/** What a trap does, and whether the signal was ignored when the shell began (it then stays so). */
export type Trap = { command: string };

export class Shell {
  vars = new Variables();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  options = new Options();
  jobs = new JobTable();
  traps = new Map<string, Trap>();
  /** Traps of the parent that a subshell still shows with `trap -p`, until it sets one. */
  inheritedTraps: Map<string, Trap> | null = null;
  /** Programs it has in itself (BusyBox's), found before those in PATH; `self`: by executing its own file anew. */
  applet: ((name: string) => Program | 'self' | undefined) | null = null;
  /** Signals that were ignored when the shell started: they cannot be trapped. */
  hardIgnored = new Set<Signal>();
  pendingSignals: Signal[] = [];
  /** SIGINT came to an interactive shell. */
  isInterrupted = false;
  /** A new line was begun for it already. */
  interruptIsShown = false;
  childChanged = false;
  /** A signal it is to die of, once it has done what is done at the end; 0 for none. */
  fatalSignal: Signal | 0 = 0;
  /** It has an EXIT trap, so it handles the signals that would end it. */
  watchesFatal = false;
  windowChanged = false;
  isInTrap = false;
  runningTrap = '';
  /** How deep in functions the ERR trap was set. */
  trapDepth = 0;
  hashed = new Map<string, { path: string; hits: number }>();
  disabledBuiltins = new Set<string>();
  /** Who `\u` in a prompt is: looked up once, whatever becomes of /etc/passwd then. */
  promptUser: string | null = null;
  completions = new Map<string, Completion>();
  history: HistoryEntry[] = [];
  historyBase = 1;
  directories: string[] = [];
  params: string[] = [];
  /** `$0`. */
  arg0 = 'bash';
  /** What stands before messages. */
  name = 'bash';
  flavour: 'bash' | 'dash' = 'bash';
  isInteractive = false;
  isLogin = false;
  /** `bash -c`: messages of the parser have it in them. */
  isCommandString = false;
  /** The script that is read from a file. */
  isScriptFile = false;
  readsStdin = false;
  status = 0;
  pipeStatus: number[] = [];
  /** `$$`. */
  pid = 0;
  lastBackground: number | null = null;
  lastSubstitutionStatus: number | null = null;
  lastArgument = '';
  subshellDepth = 0;
  /** False in subshells: they have no job control, and their children stay in their group. */
  controlsJobs = false;
  /** The terminal of an interactive shell, moved out of the way. */
  terminal = -1;
  loopDepth = 0;
  functionDepth = 0;
  sourceDepth = 0;
  frames: Frame[] = [];
  source: Source = new SourceText('');
  file = '';
  line = 0;
  /** Failures are looked at by somebody (`if`, `&&`, `!`): `set -e` and ERR do not count. */
  ignoresFailure = 0;
  /** The command being executed, for `BASH_COMMAND`. */
  commandText = '';
  commandNode: { node: Executable; source: Source } | null = null;
  ticks = 0;
  weighings = 0;
  /** What it told the kernel of its variables; null before the first time. */
  weight: { held: Held; inherited: number } | null = null;
  secondsBase = 0;
  /** Seconds since 1970. */
  startTime = 0;
  randomSeed = 1;
  optionIndex = { word: 1, letter: 0 };
  /** Process substitutions to be closed when the command is over. */
  openSubstitutions: number[] = [];
  /** Options of the completion whose function is being executed. */
  completionOptions: Set<string> | null = null;
  hasWarnedOfJobs = false;
  historyPath: string | null = null;
  /** What was last searched for with `C-r`. */
  lastSearch = '';
  /** COMP_WORDBREAKS. */
  wordBreaks = ' \t\n"\'><=;|&(:';
  /** `\#` of prompts. */
  commandNumber = 1;
  /** The name the Machine had when the shell began. */
  hostName = '';
  /** Ends of input that were let pass (IGNOREEOF). */
  eofCount = 0;
  isOver = false;
  /** The process group the shell was started in. */
  groupBefore: number | null = null;
  historyUnsaved = 0;
  #pieces: Piece[] = [];

  constructor(
    public sys: Sys,
    readonly interpreter: Interpreter,
    readonly hooks: Hooks,
  ) {}

  /** Standard output of a builtin, written when it is over. */
  print(text: string): void {
    this.#put(1, text);
  }
  printError(text: string): void {
    this.#put(2, text);
  }

  /** `bash: line 3: text`. */
  complain(text: string): void {
    this.printError(`${this.prefix()}${text}\n`);
  }

  prefix(): string {
    if (this.applet)
      return this.isInteractive || this.isCommandString ? `${this.name}: ` : `${this.name}: line ${this.line}: `;
    if (this.flavour === 'dash') return `${this.name}: ${this.line}: `;
    return this.isInteractive ? `${this.errorName()}: ` : `${this.errorName()}: line ${this.line}: `;
  }

  errorName(): string {
    const frame = this.isInteractive ? undefined : this.frames.at(-1);
    return frame !== undefined && frame.file !== '' ? frame.file : this.name;
  }

  *flush(): Blocking<void> {
    if (this.#pieces.length === 0) return;
    let pieces = this.#pieces;
    this.#pieces = [];
    const isMixed = pieces.some(({ fd }) => fd === 1) && pieces.some(({ fd }) => fd === 2);
    // bash's standard output goes line by line; dash holds it back until the command ends, except to a terminal.
    if (isMixed && !this.sys.isatty(1))
      pieces = this.flavour === 'bash' ? byLine(pieces) : [...pieces].sort((a, b) => b.fd - a.fd);
    yield* this.#write(pieces);
  }

  /** Drops what was not written: standard output is gone. */
  discardOutput(): void {
    this.#pieces = [];
  }

  get hasOutput(): boolean {
    return this.#pieces.length > 0;
  }

  *#write(pieces: readonly Piece[]): Blocking<void> {
    for (let at = 0; at < pieces.length; ) {
      const fd = pieces[at]?.fd ?? 1;
      let text = '';
      for (; pieces[at]?.fd === fd; at++) text += pieces[at]?.text ?? '';
      yield* this.hooks.write(this, fd, text);
    }
  }

  terminalModes: Termios | null = null;
  /** Why the last write of a builtin failed. */
  writeError: Errno | null = null;
  traceDepth = 0;

  #put(fd: number, text: string): void {
    if (text === '') return;
    const last = this.#pieces.at(-1);
    if (last?.fd === fd) last.text += text;
    else this.#pieces.push({ fd, text });
  }

  /** A copy for a subshell; its `sys` is set when the new process starts. */
  copy(): Shell {
    const child = new Shell(this.sys, this.interpreter, this.hooks);
    child.vars = this.vars.copy();
    child.functions = new Map(this.functions);
    child.aliases = new Map(this.aliases);
    child.options = this.options.copy();
    child.inheritedTraps = this.inheritedTraps ?? new Map(this.traps);
    for (const [name, trap] of this.traps) {
      if (trap.command === '' || (name === 'DEBUG' && this.options.has('functrace'))) child.traps.set(name, trap);
      if (name === 'ERR' && this.options.has('errtrace')) child.traps.set(name, trap);
    }
    child.applet = this.applet;
    child.hardIgnored = this.hardIgnored;
    child.hashed = new Map([...this.hashed].map(([name, entry]) => [name, { ...entry }]));
    child.promptUser = this.promptUser;
    child.disabledBuiltins = new Set(this.disabledBuiltins);
    child.completions = this.completions;
    child.history = this.history;
    child.historyBase = this.historyBase;
    child.directories = [...this.directories];
    child.params = this.params;
    child.arg0 = this.arg0;
    child.name = this.name;
    child.flavour = this.flavour;
    child.isInteractive = this.isInteractive;
    child.isLogin = this.isLogin;
    child.isCommandString = this.isCommandString;
    child.isScriptFile = this.isScriptFile;
    child.status = this.status;
    child.pipeStatus = this.pipeStatus;
    child.pid = this.pid;
    child.lastBackground = this.lastBackground;
    child.lastArgument = this.lastArgument;
    child.subshellDepth = this.subshellDepth + 1;
    child.terminal = this.terminal;
    child.hostName = this.hostName;
    child.wordBreaks = this.wordBreaks;
    child.commandNumber = this.commandNumber;
    child.loopDepth = this.loopDepth;
    child.functionDepth = this.functionDepth;
    child.sourceDepth = this.sourceDepth;
    child.frames = [...this.frames];
    child.source = this.source;
    child.file = this.file;
    child.line = this.line;
    child.ignoresFailure = this.ignoresFailure;
    child.commandText = this.commandText;
    child.commandNode = this.commandNode;
    child.secondsBase = this.secondsBase;
    child.startTime = this.startTime;
    child.traceDepth = this.traceDepth;
    child.randomSeed = this.randomSeed;
    child.optionIndex = { ...this.optionIndex };
    child.completionOptions = this.completionOptions;
    child.jobs = this.jobs;
    return child;
  }
}
