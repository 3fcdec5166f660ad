/** A terminal of a Machine from the outside: the master of a pty, and the session on its slave. */

import { loginEnvironment, type User } from '../../machine';
import type { Action } from '../../simulation';
import * as abi from '../abi';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';
import type { ExitStatus, Task } from '../task/task';
import type { PtyMaster } from '../tty/terminals';
import { become } from './enter';

/** Time a session has to end after SIGHUP. */
const hangupGraceNs = 300_000_000;

export interface TerminalEvents {
  onOutput(data: Uint8Array): void;
  onExit(status: ExitStatus): void;
}

export class WorldTerminal {
  readonly #events: TerminalEvents;
  /** What the line discipline has not taken yet. */
  #input: Uint8Array[] = [];
  #ended = false;
  #status: ExitStatus | null = null;
  #held = false;

  static open(
    kernel: SimKernel,
    init: Task,
    user: User,
    spec: Extract<Action, { do: 'terminal.open' }>,
    events: TerminalEvents,
  ): WorldTerminal {
    const devpts = kernel.vfs.resolve(init, '/dev/pts').mount.sb;
    const master = kernel.terminals.createMaster(devpts);
    master.resize(spec.cols, spec.rows);
    const argv = spec.argv ?? [user.shell];
    const shell = user.shell.split('/').pop() ?? 'sh';
    const program = {
      argv,
      // A dash in front makes it a login shell (bash(1), "Invocation").
      ...(spec.argv ? {} : { argv0: `-${shell}` }),
      env: { ...loginEnvironment(user), TERM: 'xterm-256color', ...spec.env },
      cwd: spec.cwd,
    };
    function* session(sys: Sys): Blocking<number> {
      sys.setsid();
      const fd = yield* sys.open(master.slavePath, abi.O_RDWR);
      sys.setControllingTerminal(fd);
      for (const standard of [0, 1, 2]) if (standard !== fd) sys.dup2(fd, standard);
      if (fd > 2) sys.close(fd);
      sys.fchown(0, user.uid, ttyGid);
      return yield* become(sys, user, program);
    }
    const leader = kernel.tasks.cloneFrom(init, 0, session, { childOf: kernel.tasks.init });
    return new WorldTerminal(kernel, leader, master, events);
  }

  private constructor(
    private readonly kernel: SimKernel,
    readonly leader: Task,
    private readonly master: PtyMaster,
    events: TerminalEvents,
  ) {
    this.#events = events;
    master.onOutput((data) => events.onOutput(data));
    master.onWritable(() => this.#feed());
    kernel.tasks.onExit(leader, (status) => {
      this.#status = status;
      this.#end();
    });
  }

  /** `pts/0` */
  get name(): string {
    return this.master.name;
  }

  /** Bytes that the line discipline has not taken yet. */
  get waiting(): number {
    return this.#input.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  write(data: Uint8Array): void {
    if (this.#ended) return;
    this.#input.push(data);
    this.#feed();
  }

  resize(cols: number, rows: number): void {
    if (!this.#ended) this.master.resize(cols, rows);
  }

  hold(on: boolean): void {
    this.#held = on;
    if (this.#ended) return;
    this.master.setPaused(on);
    if (!on) this.#end();
  }

  /** Hangs up: the session gets SIGHUP, and SIGKILL when that does not end it. */
  close(): void {
    if (this.#ended) return;
    const session = this.leader.session;
    this.master.hangup();
    // Also when the leader is gone by then: nothing of the session is left behind.
    this.kernel.after(hangupGraceNs, () => {
      const { tasks } = this.kernel;
      for (const task of [...tasks.all()]) if (task.session === session) tasks.signal(task, abi.signalNumbers.SIGKILL);
    });
  }

  #feed(): void {
    while (this.#input.length > 0) {
      const [first] = this.#input;
      if (!first) return;
      const taken = this.master.write(first);
      if (taken < first.length) {
        this.#input[0] = first.subarray(taken);
        return;
      }
      this.#input.shift();
    }
  }

  /** The leader has ended, and its output is out. */
  #end(): void {
    if (this.#ended || !this.#status || this.#held) return;
    this.#ended = true;
    this.#input = [];
    this.master.hangup();
    this.#events.onExit(this.#status);
  }
}

/** Group `tty` of a Debian. */
const ttyGid = 5;
