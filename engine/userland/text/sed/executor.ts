/** Runs a script over the input. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { readAll } from '../../lib/io';
import { roomForText } from '../../lib/room';
import type { Regex } from '../../regex';
import { openInput } from '../common/input';
import { decodeLossless } from '../common/lossless';
import { Records } from '../common/records';
import { type Environment, startShell, waitFor } from '../common/spawn';
import { listLine } from './list-line';
import {
  type Action,
  type Address,
  type Command,
  type Script,
  ScriptError,
  type SedRegex,
  type Substitution,
} from './script';
import type { Input, Sink, Sinks } from './streams';
import { substitute } from './substitute';

export interface Streams {
  sys: Sys;
  env: Environment;
  input: Input;
  sinks: Sinks;
  stdout: () => Sink;
  quiet: boolean;
  unbuffered: boolean;
  lineWidth: number;
  newline: string;
}

type Outcome = 'next' | 'endCycle' | 'deleted' | 'restart' | 'quit' | 'quitSilently' | number;
type Queued = { text: string } | { file: string } | { line: string; isEnded: boolean };

export class Executor {
  readonly #held: Held;
  #space = '';
  #isEnded = true;
  #hold = '';
  #queue: Queued[] = [];
  #substituted = false;
  #lastRegex: Regex | null = null;
  #status = 0;
  readonly #lineFiles = new Map<string, Records | null>();

  constructor(
    private readonly script: Script,
    private readonly streams: Streams,
  ) {
    this.#held = new Held(streams.sys);
  }

  *run(): Blocking<number> {
    let keep = false;
    for (;;) {
      yield* this.streams.sys.checkpoint();
      this.#weigh();
      if (!keep && !(yield* this.#read())) return this.#status;
      keep = false;
      const outcome = yield* this.#cycle();
      if (outcome !== 'deleted' && outcome !== 'restart' && outcome !== 'quitSilently' && !this.streams.quiet)
        yield* this.#printSpace();
      if (outcome === 'quitSilently') return this.#status;
      yield* this.#dumpQueue();
      if (outcome === 'quit') return this.#status;
      keep = outcome === 'restart';
    }
  }

  /** The two spaces are all that grows. */
  #weigh(): void {
    this.#held.add(2 * roomForText(this.#space.length + this.#hold.length) - this.#held.bytes);
  }

  *#read(): Blocking<boolean> {
    const line = yield* this.streams.input.next();
    if (line === null) return false;
    this.#space = line.text;
    this.#isEnded = line.isEnded;
    this.#substituted = false;
    return true;
  }

  *#printSpace(): Blocking<void> {
    yield* this.streams.stdout().line(this.#space, this.#isEnded);
    if (this.streams.unbuffered) yield* this.streams.stdout().flush();
  }

  *#cycle(): Blocking<Outcome> {
    const { commands } = this.script;
    for (let at = 0; at < commands.length; ) {
      const command = commands[at];
      if (command === undefined) break;
      const applies = (yield* this.#matches(command)) !== command.negated;
      if (!applies) {
        at = command.action.kind === 'block' ? command.action.end : at + 1;
        continue;
      }
      const outcome = yield* this.#do(command, command.action);
      if (outcome === 'next') at++;
      else if (typeof outcome === 'number') {
        if (outcome <= at) yield* this.streams.sys.checkpoint();
        this.#weigh();
        at = outcome;
      } else return outcome;
    }
    return 'endCycle';
  }

  *#matches(command: Command): Blocking<boolean> {
    const { first, end, range } = command;
    const line = this.streams.input.lineNumber;
    if (first === null) return true;
    if (end === null) return yield* this.#matchesAddress(first);
    if (range.isOpen && end.kind !== 'regex' && end.kind !== 'last' && range.endLine < line) range.isOpen = false;
    if (range.isOpen) {
      const isEnd =
        end.kind === 'regex' || end.kind === 'last' ? yield* this.#matchesAddress(end) : range.endLine <= line;
      if (isEnd) range.isOpen = false;
      return true;
    }
    if (!(yield* this.#matchesAddress(first))) return false;
    if (end.kind === 'line') range.endLine = end.number;
    if (end.kind === 'more') range.endLine = line + end.count;
    if (end.kind === 'multiple') range.endLine = end.of === 0 ? line : (Math.floor(line / end.of) + 1) * end.of;
    range.isOpen =
      end.kind === 'regex' || (end.kind === 'last' ? !(yield* this.streams.input.isLast()) : range.endLine > line);
    return true;
  }

  *#matchesAddress(address: Address): Blocking<boolean> {
    const line = this.streams.input.lineNumber;
    if (address.kind === 'line') return line === address.number;
    if (address.kind === 'last') return yield* this.streams.input.isLast();
    if (address.kind === 'step') return line >= address.first && (line - address.first) % address.step === 0;
    return this.#regex(address.regex).test(this.#space);
  }

  #regex(regex: SedRegex): Regex {
    const used = regex ?? this.#lastRegex;
    if (used === null) throw new ScriptError('-e expression #1, char 0: no previous regular expression');
    this.#lastRegex = used;
    return used;
  }

  *#do(command: Command, action: Action): Blocking<Outcome> {
    const { sinks, stdout } = this.streams;
    switch (action.kind) {
      case 'simple':
        return yield* this.#simple(action.name);
      case 'substitute':
        yield* this.#substitute(action.substitution);
        return 'next';
      case 'translate':
        this.#space = [...this.#space].map((char) => action.map.get(char) ?? char).join('');
        return 'next';
      case 'append':
        this.#queue.push({ text: action.text });
        return 'next';
      case 'insert':
        yield* stdout().raw(action.text);
        return 'next';
      case 'change':
        // Of a range only its end shows the text.
        if (command.end === null || !command.range.isOpen || command.negated) yield* stdout().raw(action.text);
        return 'deleted';
      case 'branch':
        return action.target;
      case 'branchIf':
      case 'branchUnless': {
        const jumps = this.#substituted === (action.kind === 'branchIf');
        this.#substituted = false;
        return jumps ? action.target : 'next';
      }
      case 'quit':
      case 'quitSilently':
        this.#status = action.status & 255;
        return action.kind;
      case 'list':
        yield* stdout().raw(listLine(this.#space, action.width ?? this.streams.lineWidth));
        return 'next';
      case 'readFile':
        this.#queue.push({ file: action.file });
        return 'next';
      case 'readLine':
        yield* this.#queueLine(action.file);
        return 'next';
      case 'writeFile':
        yield* sinks.get(action.file).line(this.#space, this.#isEnded);
        return 'next';
      case 'writeLine':
        yield* sinks.get(action.file).line(this.#space.split(this.streams.newline, 1)[0] ?? '');
        return 'next';
      case 'execute':
        yield* this.#execute(action.command);
        return 'next';
      default:
        return 'next';
    }
  }

  *#simple(name: string): Blocking<Outcome> {
    const { input, stdout, newline } = this.streams;
    const firstEnd = this.#space.indexOf(newline);
    switch (name) {
      case '=':
        yield* stdout().raw(`${input.lineNumber}\n`);
        return 'next';
      case 'd':
        return 'deleted';
      case 'D':
        if (firstEnd < 0) return 'deleted';
        this.#space = this.#space.slice(firstEnd + 1);
        return 'restart';
      case 'F':
        yield* stdout().raw(`${input.fileName}\n`);
        return 'next';
      case 'g':
        this.#space = this.#hold;
        return 'next';
      case 'G':
        this.#space += newline + this.#hold;
        return 'next';
      case 'h':
        this.#hold = this.#space;
        return 'next';
      case 'H':
        this.#hold += newline + this.#space;
        return 'next';
      case 'x':
        [this.#space, this.#hold] = [this.#hold, this.#space];
        return 'next';
      case 'n':
      case 'N':
        return yield* this.#nextLine(name === 'N');
      case 'p':
        yield* this.#printSpace();
        return 'next';
      case 'P':
        yield* stdout().line(firstEnd < 0 ? this.#space : this.#space.slice(0, firstEnd));
        return 'next';
      default:
        this.#space = '';
        return 'next';
    }
  }

  /** Without a next line the script ends; what is in the pattern space is printed all the same. */
  *#nextLine(isAppending: boolean): Blocking<Outcome> {
    const { input, quiet, newline } = this.streams;
    if (yield* this.streams.input.isLast()) {
      if (!isAppending || (yield* this.#nothingFollows())) return 'quit';
    }
    if (!isAppending && !quiet) yield* this.#printSpace();
    yield* this.#dumpQueue();
    const before = this.#space;
    const line = yield* input.next();
    if (line === null) return isAppending ? 'quit' : 'quitSilently';
    this.#space = isAppending ? before + newline + line.text : line.text;
    this.#isEnded = line.isEnded;
    return 'next';
  }

  *#nothingFollows(): Blocking<boolean> {
    return yield* this.streams.input.isLast();
  }

  *#substitute(substitution: Substitution): Blocking<void> {
    const result = substitute(this.#space, this.#regex(substitution.regex), substitution);
    if (result === null) return;
    this.#space = result;
    this.#substituted = true;
    if (substitution.evaluate) this.#space = (yield* this.#outputOf(this.#space)).replace(/\n$/, '');
    if (substitution.print > 0) yield* this.#printSpace();
    if (substitution.file !== null) yield* this.streams.sinks.get(substitution.file).line(this.#space, this.#isEnded);
  }

  *#execute(command: string): Blocking<void> {
    if (command !== '') yield* this.streams.stdout().raw(yield* this.#outputOf(command));
    else this.#space = (yield* this.#outputOf(this.#space)).replace(/\n$/, '');
  }

  *#outputOf(command: string): Blocking<string> {
    const { sys, env } = this.streams;
    yield* this.streams.stdout().flush();
    const { readEnd, writeEnd } = sys.pipe();
    const child = startShell(sys, command, env, (inside) => {
      inside.dup2(writeEnd, 1);
      inside.close(readEnd);
      inside.close(writeEnd);
    });
    sys.close(writeEnd);
    const text = decodeLossless(yield* readAll(sys, readEnd));
    sys.close(readEnd);
    yield* waitFor(sys, child);
    return text;
  }

  *#queueLine(file: string): Blocking<void> {
    const { sys } = this.streams;
    let records = this.#lineFiles.get(file);
    if (records === undefined) {
      const opened = yield* openInput(sys, file === '/dev/stdin' ? '-' : file);
      records = 'fd' in opened ? new Records(sys, opened.fd) : null;
      this.#lineFiles.set(file, records);
    }
    const line = records === null ? null : yield* records.next();
    if (line !== null) this.#queue.push({ line: decodeLossless(line.bytes), isEnded: line.isEnded });
  }

  *#dumpQueue(): Blocking<void> {
    if (this.#queue.length === 0) return;
    const queue = this.#queue;
    this.#queue = [];
    const stdout = this.streams.stdout();
    for (const item of queue) {
      if ('text' in item) yield* stdout.raw(item.text);
      else if ('line' in item) yield* stdout.line(item.line, item.isEnded);
      else yield* this.#copyFile(item.file, stdout);
    }
  }

  /** A file that cannot be read counts as empty. */
  *#copyFile(file: string, stdout: Sink): Blocking<void> {
    const { sys } = this.streams;
    const opened = yield* openInput(sys, file === '/dev/stdin' ? '-' : file);
    if ('errno' in opened) return;
    try {
      const text = decodeLossless(yield* readAll(sys, opened.fd));
      if (text !== '') yield* stdout.raw(text);
    } catch (error) {
      if (!isSysError(error)) throw error;
    } finally {
      if (opened.fd !== 0) sys.close(opened.fd);
    }
  }
}
