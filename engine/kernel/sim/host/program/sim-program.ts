/** An engine program in the simulated process that executed its file (`engine/kernel/program.ts`). */
import type { OwnTerminal } from '../../../own-terminal';
import type { Disposable } from '../../../port';
import type { EngineProgram, ProgramProcess } from '../../../program';
import type { ProcessExit } from '../../../system';
import type { Tree } from '../../../tree';
import { isSysError, type Signal, signalNumbers } from '../../abi';
import { concat, encode } from '../../bytes';
import type { Blocking, Nanoseconds } from '../../sched/blocking';
import type { Part } from '../../sched/part';
import type { Program } from '../../sys/sys';
import { TaskSys } from '../../sys/task-sys';
import { SimNetworks } from '../network/sim-networks';
import { SimSystem } from '../system/sim-system';
import { SimTree } from '../tree/sim-tree';
import { openOwnTerminal } from './own-terminal';
import { ProgramAnswers } from './program-answers';
import { WaitingCalls } from './waiting-calls';

const chunkBytes = 65_536;
/** What a program of that size takes to be loaded. Whoever observes the lab sees what one did before the next has begun. */
const startNs: Nanoseconds = 10_000_000;
const { SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCONT } = signalNumbers;
const { SIGTSTP, SIGTTIN, SIGTTOU, SIGVTALRM, SIGXCPU, SIGXFSZ, SIGWINCH, SIGIO, SIGPWR } = signalNumbers;
/** What a runtime passes on: not what tells of its own mistakes, its children or its pipes. */
const passedOn: readonly Signal[] = [
  ...[SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU],
  ...[SIGVTALRM, SIGXCPU, SIGXFSZ, SIGWINCH, SIGIO, SIGPWR],
];

type Outcome = { status: number } | { error: unknown };

/** A program for the table: `runtime` as the file it was executed from finds it. */
export function engineProgram(program: EngineProgram): Program {
  return function* (sys, argv, env) {
    if (!(sys instanceof TaskSys)) throw new TypeError('not a system call interface of the kernel');
    return yield* new SimProgram(sys, argv, env).run(program);
  };
}

class SimProgram implements ProgramProcess {
  readonly system: SimSystem;
  readonly networks: SimNetworks;
  readonly cwd: string;
  readonly #answers = new ProgramAnswers();
  readonly #calls = new WaitingCalls(this.#answers);
  #written: Array<{ stream: 1 | 2; bytes: Uint8Array }> = [];
  #outcome: Outcome | null = null;

  constructor(
    private readonly sys: TaskSys,
    readonly argv: readonly string[],
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.system = new SimSystem(sys, this.#answers);
    this.networks = new SimNetworks(sys.task);
    this.cwd = directoryOf(sys);
  }

  openTree(path: string): Tree {
    return SimTree.of(this.sys, path);
  }

  write(stream: 1 | 2, data: string | Uint8Array): void {
    this.#written.push({ stream, bytes: typeof data === 'string' ? encode(data) : data });
  }

  isTerminal(stream: 0 | 1 | 2): boolean {
    return this.sys.isatty(stream);
  }

  openTerminal(): OwnTerminal {
    return openOwnTerminal(this.sys, this.#calls);
  }

  readInput(): Promise<Uint8Array> {
    return this.#calls.begin(() => readAll(this.sys, 0));
  }

  onSignal(listener: (signal: number) => void): Disposable {
    const handler = (signal: Signal) => this.#answers.tell(() => listener(signal));
    const before = passedOn.map((signal) => ({
      signal,
      action: this.sys.sigaction(signal, { handler, restart: true }),
    }));
    return {
      dispose: () => {
        for (const { signal, action } of before) this.sys.sigaction(signal, action);
      },
    };
  }

  async attend(_pid: number, exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit> {
    const signals = this.onSignal(send);
    try {
      return await exit;
    } finally {
      signals.dispose();
    }
  }

  *run(program: EngineProgram): Blocking<number> {
    yield* this.sys.nanosleep(startNs);
    program(this).then(
      (status) => {
        this.#outcome = { status };
      },
      (error) => {
        this.#outcome = { error };
      },
    );
    for (;;) {
      yield { queues: [], part: this.#turn };
      yield* this.#flush();
      if (this.#outcome) return statusOf(this.#outcome);
      yield* this.#hear();
      this.#answers.settle();
    }
  }

  /** Until something is due. */
  *#hear(): Blocking<void> {
    for (;;) {
      this.#calls.goOn();
      if (this.#answers.areDue) return;
      this.sys.task.handled = 'nothing';
      yield this.#calls.suspend(this.#answers.queue);
    }
  }

  /** The lab stands still until the program has ended or waits for something in it. */
  readonly #turn: Part = {
    name: 'an engine program',
    isLoaded: false,
    load: async () => {
      const { turn } = this.sys.task.kernel.options;
      do await turn();
      while (!this.#outcome && !this.#answers.areAwaited);
    },
  };

  /** Whoever cannot be written to has no use for it. */
  *#flush(): Blocking<void> {
    for (const { stream, bytes } of this.#written.splice(0)) {
      try {
        for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(yield* this.sys.write(stream, rest));
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
  }
}

/** One that was removed has no name any more: nothing is found from there. */
function directoryOf(sys: TaskSys): string {
  try {
    return sys.getcwd();
  } catch (error) {
    if (isSysError(error, 'ENOENT')) return '/proc/self/cwd';
    throw error;
  }
}

function statusOf(outcome: Outcome): number {
  if ('error' in outcome) throw outcome.error;
  return outcome.status;
}

function* readAll(sys: TaskSys, fd: number): Blocking<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = yield* sys.read(fd, chunkBytes);
    if (chunk.length === 0) return concat(chunks);
    chunks.push(chunk);
  }
}
