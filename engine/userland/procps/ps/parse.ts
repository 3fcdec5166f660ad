/**
 * The command line of ps: UNIX options with a dash, BSD options without, GNU's with two. When UNIX options make no sense,
 * all of them are read again as BSD's, which is why `ps -aux` works.
 */
import type { Sys } from '../../../kernel/sim';
import type { Accounts } from '../../lib/users';
import { commandList, fieldList, groupList, parentList, pidList, sortList, terminalList, userList } from './lists';
import { readLong } from './parse-long';
import { addTo, emptyRequest, type ListName, PsError, type Request } from './request';

export function parseArguments(sys: Sys, args: readonly string[], accounts: Accounts): Request {
  try {
    return new Parser(sys, args, accounts, false).parse();
  } catch (error) {
    if (!(error instanceof PsError)) throw error;
    try {
      return new Parser(sys, args, accounts, true).parse();
    } catch (second) {
      if (second instanceof PsError) throw error;
      throw second;
    }
  }
}

const unixFormats = 'fljyFcPMLT';
const bsdFormats = 'jlsuvX';

export class Parser {
  readonly request = emptyRequest();
  readonly #rest: string[];

  constructor(
    readonly sys: Sys,
    args: readonly string[],
    readonly accounts: Accounts,
    private readonly isBsd: boolean,
  ) {
    this.#rest = [...args];
    this.request.bsd = isBsd;
  }

  parse(): Request {
    for (let arg = this.#rest.shift(); arg !== undefined; arg = this.#rest.shift()) {
      if (arg.startsWith('--')) readLong(this, arg.slice(2));
      else if (/^\d/.test(arg)) this.#list('pids', pidList(arg));
      else if (/^-\d/.test(arg)) this.#list('groups', pidList(arg.slice(1)));
      else if (/^\+\d/.test(arg)) this.#list('sessions', pidList(arg.slice(1)));
      else if (/^-[A-Za-z]/.test(arg) && !this.isBsd) this.#unix(arg.slice(1));
      else if (/^-?[A-Za-z]/.test(arg)) this.#bsd(arg.replace(/^-/, ''));
      else throw new PsError('garbage option');
    }
    this.#check();
    return this.request;
  }

  #check(): void {
    const { request } = this;
    const conflict = request.unixFormat.size > 0 && request.bsdFormat !== null;
    if (conflict) throw new PsError('conflicting format options');
    if (request.unixFormat.has('y') && !request.unixFormat.has('l')) {
      throw new PsError('modifier -y without format -l makes no sense');
    }
  }

  /** The next argument, for options that need one. */
  next(missing: string): string {
    const value = this.#rest.shift();
    if (value === undefined || value === '') throw new PsError(missing);
    return value;
  }

  /** The next argument where one follows; empty otherwise. */
  optional(): string {
    return this.#rest.shift() ?? '';
  }

  #list(name: ListName, values: readonly number[]): void {
    addTo(this.request, name, values);
  }

  #unix(letters: string): void {
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at] ?? '';
      if (this.#unixFlag(letter)) continue;
      const attached = letters.slice(at + 1);
      const value = (missing: string) => (attached === '' ? this.next(missing) : attached);
      this.#unixList(letter, value);
      return;
    }
  }

  #unixFlag(letter: string): boolean {
    const { request } = this;
    if (unixFormats.includes(letter)) {
      request.unixFormat.add(letter);
      if (letter === 'F') request.unixFormat.add('f');
      return true;
    }
    switch (letter) {
      case 'A':
      case 'e':
        request.all = true;
        return true;
      case 'a':
        request.noLeaders = true;
        request.withTerminal = true;
        return true;
      case 'd':
        request.noLeaders = true;
        return true;
      case 'N':
        request.negate = true;
        return true;
      case 'H':
        request.tree = 'indent';
        return true;
      case 'w':
        request.wide++;
        return true;
      case 'm':
        return true;
      case 'Z':
        request.unixFormat.add('M');
        return true;
      case 'V':
        request.information = { kind: 'version' };
        return true;
      case 'x':
        throw new PsError('must set personality to get -x option');
      default:
        return false;
    }
  }

  #unixList(letter: string, value: (missing: string) => string): void {
    const { request, accounts } = this;
    switch (letter) {
      case 'p':
        return this.#list('pids', pidList(value('list of process IDs must follow -p')));
      case 'q':
        request.quick = true;
        return this.#list('pids', pidList(value('List of process IDs must follow -q.')));
      case 's':
        return this.#list('sessions', pidList(value('list of session IDs must follow -s')));
      case 'g':
        return this.#sessionsOrGroups(value('list of session leaders OR effective group names must follow -g'));
      case 't':
        return this.#list('terminals', terminalList(this.sys, value('list of terminals (pty, tty...) must follow -t')));
      case 'u':
        return this.#list('euids', userList(value('list of users must follow -u'), accounts));
      case 'U':
        return this.#list('ruids', userList(value('list of real users must follow -U'), accounts));
      case 'G':
        return this.#list('rgids', groupList(value('list of real groups must follow -G'), accounts));
      case 'C':
        return this.#commands(value('list of command names must follow -C'));
      case 'o':
        request.fields.push(...fieldList(value('format specification must follow -o')));
        return;
      case 'O':
        request.extraFields.push(...fieldList(value('format or sort specification must follow -O')));
        return;
      default:
        throw new PsError('unsupported SysV option');
    }
  }

  #commands(text: string): void {
    this.request.hasLists = true;
    this.request.commands.push(...commandList(text));
  }

  #sessionsOrGroups(text: string): void {
    if (/^[\d, ]+$/.test(text)) return this.#list('sessions', pidList(text));
    try {
      this.#list('egids', groupList(text, this.accounts));
    } catch (error) {
      if (error instanceof PsError) throw new PsError('list of session leaders OR effective group IDs was invalid');
      throw error;
    }
  }

  #bsd(letters: string): void {
    const { request } = this;
    request.bsd = true;
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at] ?? '';
      if (this.#bsdFlag(letter)) continue;
      const attached = letters.slice(at + 1);
      const value = (missing: string) => (attached === '' ? this.next(missing) : attached);
      this.#bsdList(letter, value);
      return;
    }
  }

  #bsdFlag(letter: string): boolean {
    const { request } = this;
    if (bsdFormats.includes(letter)) {
      if (request.bsdFormat !== null && request.bsdFormat !== letter) throw new PsError('conflicting format options');
      request.bsdFormat = letter;
      return true;
    }
    switch (letter) {
      case 'A':
        request.all = true;
        return true;
      case 'a':
        request.everybody = true;
        return true;
      case 'x':
        request.anyTerminal = true;
        return true;
      case 'g':
      case 'm':
      case 'H':
        return true;
      case 'r':
        request.runningOnly = true;
        return true;
      case 'T':
        this.#list('terminals', [ownTerminal(this.sys)]);
        return true;
      case 'f':
        request.tree = 'branches';
        return true;
      case 'h':
        request.headers = 'none';
        return true;
      case 'c':
        request.bareNames = true;
        return true;
      case 'e':
        request.environment = true;
        return true;
      case 'n':
        request.numbers = true;
        return true;
      case 'S':
        request.sumChildren = true;
        return true;
      case 'w':
        request.wide++;
        return true;
      case 'Z':
        request.unixFormat.add('M');
        return true;
      case 'L':
        request.information = { kind: 'specifiers' };
        return true;
      case 'V':
        request.information = { kind: 'version' };
        return true;
      default:
        return false;
    }
  }

  #bsdList(letter: string, value: (missing: string) => string): void {
    const { request, accounts } = this;
    switch (letter) {
      case 'p':
        return this.#list('pids', pidList(value('list of process IDs must follow p')));
      case 'q':
        request.quick = true;
        return this.#list('pids', pidList(value('List of process IDs must follow q.')));
      case 't':
        return this.#list('terminals', this.#bsdTerminals(value));
      case 'U':
        return this.#list('euids', userList(value('list of users must follow U'), accounts));
      case 'o':
        request.fields.push(...fieldList(value('format specification must follow o')));
        return;
      case 'O':
        return this.#extraOrSort(value('format or sort specification must follow O'));
      case 'k':
        request.sort.push(...sortList(value("long sort specification must follow 'k'")));
        return;
      default:
        throw new PsError('unsupported option (BSD syntax)');
    }
  }

  /** A lone `t` is the own terminal. */
  #bsdTerminals(value: (missing: string) => string): number[] {
    const text = this.#rest.length === 0 ? '' : value('');
    return text === '' ? [ownTerminal(this.sys)] : terminalList(this.sys, text);
  }

  #extraOrSort(text: string): void {
    this.request.extraFields.push(...fieldList(text));
  }

  addParents(text: string): void {
    this.#list('ppids', parentList(text));
  }
}

/** The controlling terminal as stat numbers it. */
export function ownTerminal(sys: Sys): number {
  for (const fd of [2, 1, 0]) if (sys.isatty(fd)) return deviceOf(sys, fd);
  return 0;
}

function deviceOf(sys: Sys, fd: number): number {
  const { major, minor } = sys.fstat(fd).rdev;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}
