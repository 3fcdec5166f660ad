/** top(1) on a terminal: draws, waits for keys, asks. */
import {
  type Blocking,
  bare,
  decode,
  isSysError,
  POLLIN,
  type Signal,
  type Sys,
  signalNumbers,
  strerror,
  type Termios,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { shortSignalName, signalFrom } from '../../lib/signals';
import type { Accounts } from '../../lib/users';
import { columnNamed } from './columns';
import { chosenTasks, headerLine, type Piece, plain, summary, taskLines } from './display';
import { type Settings, screenSize } from './options';
import { type Snapshot, takeSnapshot } from './snapshot';

const normal = '\x1b(B\x1b[m';
const clearLine = '\x1b[K';

export class Screen {
  #snapshot: Snapshot | null = null;
  #before: Snapshot | null = null;
  #message = '';
  #ends = false;

  constructor(
    private readonly sys: Sys,
    private readonly env: Readonly<Record<string, string>>,
    private readonly settings: Settings,
    private readonly accounts: Accounts,
  ) {}

  *run(): Blocking<number> {
    const { sys, settings } = this;
    const before = sys.tcgetattr(0);
    const stop = () => {
      this.#ends = true;
    };
    for (const signal of [signalNumbers.SIGINT, signalNumbers.SIGTERM]) {
      sys.sigaction(signal, { handler: stop, restart: false });
    }
    sys.sigaction(signalNumbers.SIGWINCH, { handler: () => undefined, restart: false });
    sys.tcsetattr(0, raw(before));
    yield* writeAll(sys, 1, '\x1b[?1h\x1b=\x1b[?25l\x1b[H\x1b[2J');
    try {
      for (let round = 1; !this.#ends; round++) {
        yield* this.#refresh();
        if (settings.iterations !== null && round >= settings.iterations) break;
        yield* this.#waitForKeys();
      }
    } finally {
      sys.tcsetattr(0, before);
    }
    const { rows } = screenSize(sys, this.env);
    yield* writeAll(sys, 1, `\x1b[?1l\x1b>\x1b[${rows + 1};1H\n\x1b[?12l\x1b[?25h${clearLine}`);
    return 0;
  }

  *#refresh(): Blocking<void> {
    this.#before = this.#snapshot;
    this.#snapshot = yield* takeSnapshot(this.sys, this.#before);
    yield* this.#draw();
  }

  *#draw(): Blocking<void> {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const { rows, cols } = screenSize(this.sys, this.env);
    const { settings, accounts } = this;
    const head = summary(snapshot, this.#before, settings).map((pieces) => bright(pieces, cols));
    const message = this.#message === '' ? '' : `\x1b[7m ${this.#message} ${normal}`;
    const header = `\x1b[7m${headerLine(settings, accounts, cols).padEnd(cols)}${normal}`;
    const tasks = chosenTasks(snapshot.tasks, settings);
    const lines = taskLines(tasks, settings, accounts, cols).map((line, at) =>
      tasks[at]?.stat.state === 'R' ? `\x1b[1m${line}${normal}` : line,
    );
    const all = [...head, message, header, ...lines].slice(0, rows);
    while (all.length < rows) all.push('');
    yield* writeAll(this.sys, 1, `\x1b[H${normal}${all.map((line) => `${line}${clearLine}`).join('\n')}`);
    this.#message = '';
  }

  /** Until it is time for the next picture; some keys make one at once. */
  *#waitForKeys(): Blocking<void> {
    const until = this.sys.clockGettime('monotonic') + this.settings.delay * 1e9;
    while (!this.#ends) {
      const left = until - this.sys.clockGettime('monotonic');
      if (left <= 0) return;
      const key = yield* this.#key(left);
      if (key === null) return;
      if (key === '' || (yield* this.#press(key))) return;
      yield* this.#draw();
    }
  }

  /** Null at the end of the time or of the input; empty after a signal. */
  *#key(timeout: number): Blocking<string | null> {
    try {
      const { ready } = yield* this.sys.poll([{ fd: 0, events: POLLIN }], timeout);
      if (ready === 0) return null;
      const bytes = yield* this.sys.read(0, 16);
      if (bytes.length === 0) this.#ends = true;
      return decode(bytes);
    } catch (error) {
      if (isSysError(error, 'EINTR')) return '';
      throw error;
    }
  }

  /** True when everything is to be looked at anew. */
  *#press(key: string): Blocking<boolean> {
    const { settings } = this;
    const sorts: Record<string, string> = bare({ M: '%MEM', P: '%CPU', N: 'PID', T: 'TIME+' });
    const column = columnNamed(sorts[key] ?? '');
    if (column) settings.sort = column;
    switch (key) {
      case 'q':
        this.#ends = true;
        return true;
      case ' ':
      case '\r':
      case '\n':
        return true;
      case 'R':
        settings.ascending = !settings.ascending;
        return false;
      case '1':
        settings.singleCpus = !settings.singleCpus;
        return false;
      case 'c':
        settings.fullCommand = !settings.fullCommand;
        return false;
      case 'i':
        settings.hideIdle = !settings.hideIdle;
        return false;
      case 'H':
        settings.threads = !settings.threads;
        return false;
      case 'E':
        settings.summaryScale = (settings.summaryScale + 1) % 6;
        return false;
      case 'e':
        settings.taskScale = (settings.taskScale + 1) % 5;
        return false;
      case 'k':
        yield* this.#askToKill();
        return true;
      case 'r':
        yield* this.#askToRenice();
        return true;
      case 'u':
        yield* this.#askForUser();
        return true;
      case 'd':
      case 's':
        yield* this.#askForDelay();
        return true;
      case 'h':
      case '?':
        yield* this.#help();
        return true;
      default:
        if (!column) this.#message = "Unknown command - try 'h' for help";
        return false;
    }
  }

  get #messageRow(): number {
    const snapshot = this.#snapshot;
    return snapshot ? summary(snapshot, this.#before, this.settings).length + 1 : 1;
  }

  /** What is typed after a question; null when it was given up. */
  *#ask(question: string): Blocking<string | null> {
    const row = this.#messageRow;
    yield* writeAll(this.sys, 1, `\x1b[${row};1H\x1b[1m${question} ${normal}${clearLine}\x1b[?12l\x1b[?25h`);
    let text = '';
    for (;;) {
      const key = yield* this.#key(600e9);
      if (key === null || this.#ends || key === '\x1b') break;
      if (key === '') continue;
      if (key === '\r' || key === '\n') {
        yield* writeAll(this.sys, 1, '\x1b[?25l');
        return text;
      }
      if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else {
        // What comes at once may end the line, too.
        const [line = '', ...more] = key.split(/[\r\n]/);
        text += line;
        if (more.length > 0) {
          yield* writeAll(this.sys, 1, '\x1b[?25l');
          return text;
        }
      }
      yield* writeAll(this.sys, 1, `\x1b[${row};${question.length + 2}H${clearLine}${text}`);
    }
    yield* writeAll(this.sys, 1, '\x1b[?25l');
    return null;
  }

  get #firstPid(): number {
    const [first] = chosenTasks(this.#snapshot?.tasks ?? [], this.settings);
    return first?.stat.pid ?? 1;
  }

  *#askToKill(): Blocking<void> {
    const target = yield* this.#askForPid('signal/kill');
    if (target === null) return;
    const name = yield* this.#ask(`Send pid ${target} signal [15/sigterm]`);
    if (name === null) return;
    const signal: Signal | null = name === '' ? signalNumbers.SIGTERM : signalFrom(name);
    if (signal === null) {
      this.#message = `Unrecognized signal '${name}'`;
      return;
    }
    const spoken = `pid '${target}' with '${shortSignalName(signal)?.toLowerCase() ?? signal}'`;
    this.#try(
      () => this.sys.kill(target, signal),
      (reason) => `Failed signal ${spoken}: ${reason}`,
    );
  }

  *#askToRenice(): Blocking<void> {
    const target = yield* this.#askForPid('renice');
    if (target === null) return;
    const value = yield* this.#ask(`Renice PID ${target} to value`);
    if (value === null || value === '') return;
    if (!/^[+-]?\d+$/.test(value)) {
      this.#message = 'Unacceptable integer';
      return;
    }
    this.#try(
      () => this.sys.setpriority(target, Number(value)),
      (reason) => `Failed renice of PID ${target} to ${value}: ${reason}`,
    );
  }

  *#askForPid(what: string): Blocking<number | null> {
    const text = yield* this.#ask(`PID to ${what} [default pid = ${this.#firstPid}]`);
    if (text === null) return null;
    if (text === '') return this.#firstPid;
    if (/^\d+$/.test(text)) return Number(text);
    this.#message = 'Unacceptable integer';
    return null;
  }

  #try(work: () => void, complaint: (reason: string) => string): void {
    try {
      work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#message = complaint(strerror(error.errno));
    }
  }

  *#askForUser(): Blocking<void> {
    const name = yield* this.#ask('Which user (blank for all)');
    if (name === null) return;
    const uid = name === '' ? null : (this.accounts.user(name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : undefined));
    if (uid === undefined) this.#message = 'Invalid user';
    else this.settings.user = uid;
  }

  *#askForDelay(): Blocking<void> {
    const text = yield* this.#ask(`Change delay from ${this.settings.delay.toFixed(1)} to`);
    if (text === null || text === '') return;
    if (/^\d+(\.\d*)?$/.test(text) && Number(text) > 0) this.settings.delay = Number(text);
    else this.#message = 'Unacceptable floating point';
  }

  *#help(): Blocking<void> {
    const lines = [
      'Help for Interactive Commands - procps-ng 4.0.2',
      '',
      '  M,P,N,T  sort by memory, processor, number, time     R  the other way round',
      '  c        command lines or names                      i  hide what is idle',
      '  u        only one user                               1  processors apart',
      '  k        send a signal                               r  change the niceness',
      '  d,s      change the delay                            E,e  units of memory',
      '  q        quit',
      '',
      'Press any key to go on',
    ];
    yield* writeAll(this.sys, 1, `\x1b[H\x1b[2J${lines.join('\n')}`);
    yield* this.#key(600e9);
    yield* writeAll(this.sys, 1, '\x1b[H\x1b[2J');
  }
}

/** Keys come one by one and unseen; ^C is still a signal. */
function raw(termios: Termios): Termios {
  return { ...termios, icanon: false, echo: false };
}

function bright(pieces: readonly Piece[], cols: number): string {
  let room = cols;
  let line = '';
  for (const piece of pieces) {
    const text = plain([piece]).slice(0, room);
    room -= text.length;
    line += typeof piece === 'string' ? text : `\x1b[1m${text}${normal}`;
  }
  return line;
}
