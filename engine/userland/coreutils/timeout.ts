/** timeout: runs a program and ends it when it takes too long (timeout(1)). */
import {
  type Blocking,
  isSysError,
  type Signal,
  type Sys,
  signalName,
  signalNumbers,
  strerror,
  type WaitResult,
} from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { UsageError } from '../lib/options';
import { parseDuration, toNanoseconds } from './common/duration';
import { parseSignalName } from './common/signals';
import { makeTool, type Tool } from './common/tool';

const { SIGALRM, SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGKILL, SIGCONT, SIGTTIN, SIGTTOU } = signalNumbers;
const timedOutStatus = 124;

export const timeout = makeTool({
  name: 'timeout',
  options: [
    { long: 'preserve-status' },
    { long: 'foreground' },
    { short: 'k', long: 'kill-after', value: 'required' },
    { short: 's', long: 'signal', value: 'required' },
    { short: 'v', long: 'verbose' },
  ],
  usageStatus: 125,
  stopAtOperand: true,
  help: `[OPTION] DURATION COMMAND [ARG]...
Run COMMAND, and send it a signal if it still runs after DURATION (a number; s, m, h or d may follow).

      --preserve-status     exit with the status of COMMAND even when it took too long
      --foreground          let COMMAND use the terminal; its children are not ended
  -k, --kill-after=DURATION send SIGKILL so long after the first signal
  -s, --signal=SIGNAL       instead of SIGTERM
  -v, --verbose             say when a signal is sent
The status is 124 when it took too long, 125 for timeout's own failures, 126 and 127 when COMMAND cannot run.`,
  *run(tool) {
    const killAfter = durationOption(tool, tool.value('kill-after'));
    const signalText = tool.value('signal');
    const signal = signalText === null ? SIGTERM : parseSignalName(signalText);
    if (signal === null) throw new UsageError(`${tool.word(signalText ?? '')}: invalid signal`);
    const [text, ...command] = tool.operands;
    if (text === undefined || command.length === 0) throw new UsageError('');
    const duration = durationOption(tool, text);
    return yield* new Watch(tool, command, signal, killAfter).run(duration);
  },
});

function durationOption(tool: Tool, text: string | null): number {
  if (text === null) return 0;
  const seconds = parseDuration(text);
  if (seconds === null) throw new UsageError(`invalid time interval ${tool.word(text)}`);
  return seconds;
}

class Watch {
  /** Signals that came and are not dealt with. */
  readonly #came: Signal[] = [];
  #timedOut = false;
  #killed = false;

  constructor(
    private readonly tool: Tool,
    private readonly command: readonly string[],
    private readonly signal: Signal,
    private killAfter: number,
  ) {}

  *run(duration: number): Blocking<number> {
    const { sys } = this.tool;
    if (!this.tool.has('foreground')) quietly(() => sys.setpgid(0, 0));
    for (const signal of new Set([SIGALRM, SIGINT, SIGQUIT, SIGHUP, SIGTERM, this.signal])) this.#catch(signal);
    sys.sigaction(SIGTTIN, 'ignore');
    sys.sigaction(SIGTTOU, 'ignore');
    const child = this.#start();
    if (duration > 0) sys.alarm(toNanoseconds(duration));
    const result = yield* this.#wait(child);
    return yield* this.#finish(result);
  }

  #catch(signal: Signal): void {
    if (signal === SIGKILL) return;
    this.tool.sys.sigaction(signal, { handler: (number) => this.#came.push(number), restart: false });
  }

  #start(): number {
    const { tool, command } = this;
    return tool.sys.fork(function* (child: Sys) {
      child.sigaction(SIGTTIN, 'default');
      child.sigaction(SIGTTOU, 'default');
      const errno = yield* execByName(child, command, tool.env);
      const [program = ''] = command;
      yield* writeAll(child, 2, `${tool.name}: failed to run command ${tool.word(program)}: ${strerror(errno)}\n`);
      return errno === 'ENOENT' ? 127 : 126;
    });
  }

  *#wait(child: number): Blocking<WaitResult | null> {
    for (;;) {
      try {
        return yield* this.tool.sys.waitpid(child);
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
        for (let signal = this.#came.shift(); signal !== undefined; signal = this.#came.shift()) {
          yield* this.#pass(signal, child);
        }
      }
    }
  }

  /** The alarm, or a signal to pass on. */
  *#pass(came: Signal, child: number): Blocking<void> {
    const { tool } = this;
    const { sys } = tool;
    let signal = came;
    if (came === SIGALRM) {
      this.#timedOut = true;
      signal = this.#killed ? SIGKILL : this.signal;
    }
    if (this.killAfter > 0) {
      sys.alarm(toNanoseconds(this.killAfter));
      this.killAfter = 0;
      this.#killed = true;
    }
    if (tool.has('verbose')) {
      const name = signalName(signal)?.replace(/^SIG/, '') ?? String(signal);
      yield* tool.warn(`sending signal ${name} to command ${tool.word(this.command[0] ?? '')}`);
    }
    quietly(() => sys.kill(child, signal));
    if (tool.has('foreground')) return;
    if (signal !== SIGKILL) sys.sigaction(signal, 'ignore');
    quietly(() => sys.kill(0, signal));
    if (signal === SIGKILL || signal === SIGCONT) return;
    quietly(() => sys.kill(child, SIGCONT));
    sys.sigaction(SIGCONT, 'ignore');
    quietly(() => sys.kill(0, SIGCONT));
  }

  *#finish(result: WaitResult | null): Blocking<number> {
    const { tool } = this;
    const event = result?.event;
    let [status, preserve] = [0, tool.has('preserve-status')];
    if (event?.kind === 'exited') status = event.code;
    if (event?.kind === 'killed') {
      if (event.core) yield* tool.warn('the monitored command dumped core');
      if (!this.#timedOut) yield* dieOf(tool.sys, event.signal);
      if (this.#timedOut && event.signal === SIGKILL) preserve = true;
      status = event.signal + 128;
    }
    return this.#timedOut && !preserve ? timedOutStatus : status;
  }
}

/** The shell is to see what ended the program. */
function* dieOf(sys: Sys, signal: Signal): Blocking<void> {
  if (signal !== SIGKILL) sys.sigaction(signal, 'default');
  sys.sigprocmask('unblock', 1n << BigInt(signal - 1));
  sys.kill(sys.getpid(), signal);
  yield* sys.checkpoint();
}

/** It may be gone already. */
function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
