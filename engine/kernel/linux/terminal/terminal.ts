/** Terminals of a Machine: a pty and the session on it. */
import { readFileSync } from 'node:fs';
import { loginEnvironment, type User } from '../../machine';
import type { Disposable, KernelTerminal, TerminalSpec } from '../../port';
import { allProcessesOf } from '../cgroup/tree';
import { type Child, type Exit, signalNumber } from '../process/child';
import { enter, type Place } from '../process/enter';
import { close } from '../syscall';
import { PtyMaster } from './master';
import { openPty, type Pty, setWindowSize } from './pty';

/** Time a session has to end after SIGHUP. */
const hangupGraceMs = 300;
/** Output still taken, in turns of 64 KiB, after the session's leader has ended. */
const lastTurns = 16;

/** `onCommand` is called when a control character is typed: Enter, Ctrl-C, Escape. Letters alone make no program act. */
export async function openTerminal(
  place: Place,
  initPid: number,
  user: User,
  spec: TerminalSpec,
  onCommand: () => void,
): Promise<KernelTerminal> {
  const pty = openPty(initPid, spec.cols, spec.rows);
  const argv = spec.argv ?? [user.shell];
  try {
    const child = await enter(
      place,
      {
        user,
        argv,
        // A dash in front makes it a login shell (bash(1), "Invocation").
        ...(spec.argv ? {} : { argv0: `-${user.shell.split('/').pop() ?? 'sh'}` }),
        env: { ...loginEnvironment(user), TERM: 'xterm-256color', ...spec.env },
        ...(spec.cwd !== undefined && { cwd: spec.cwd }),
        terminal: true,
      },
      [pty.slave, pty.slave, pty.slave],
    );
    return new LinuxTerminal(pty, child, place, onCommand);
  } catch (error) {
    close(pty.master);
    throw error;
  } finally {
    close(pty.slave);
  }
}

class LinuxTerminal implements KernelTerminal {
  readonly pid: number;
  readonly name: string;
  readonly #pty: Pty;
  readonly #child: Child;
  readonly #cgroup: string | undefined;
  readonly #master: PtyMaster;
  readonly #onCommand: () => void;
  readonly #dataListeners = new Set<(data: Uint8Array) => void>();
  readonly #exitListeners = new Set<(exit: Exit) => void>();
  /** Set while the user of the terminal wants no data. */
  #held = false;
  #hungUp = false;
  #closed = false;
  #exit: Exit | undefined;
  #reported = false;

  constructor(pty: Pty, child: Child, place: Place, onCommand: () => void) {
    this.#onCommand = onCommand;
    this.pid = child.pid;
    this.name = pty.name;
    this.#pty = pty;
    this.#child = child;
    this.#cgroup = place.cgroups[0];
    this.#master = new PtyMaster(pty.master, place.events, {
      onData: (data) => this.#emit(data),
      onHangup: () => {
        this.#hungUp = true;
        this.#close();
      },
    });
    this.#flow();
    void child.exit.then((exit) => {
      this.#exit = exit;
      this.#finish();
    });
  }

  onData(listener: (data: Uint8Array) => void): Disposable {
    this.#dataListeners.add(listener);
    this.#flow();
    return {
      dispose: () => {
        this.#dataListeners.delete(listener);
        this.#flow();
      },
    };
  }

  onExit(listener: (exit: Exit) => void): Disposable {
    this.#exitListeners.add(listener);
    if (this.#reported && this.#exit) listener(this.#exit);
    return { dispose: () => this.#exitListeners.delete(listener) };
  }

  write(data: Uint8Array): Promise<void> {
    if (data.some(isControl)) this.#onCommand();
    return this.#master.write(data);
  }

  resize(cols: number, rows: number): void {
    if (!this.#closed) setWindowSize(this.#pty.master, cols, rows);
  }

  pause(): void {
    this.#held = true;
    this.#flow();
  }

  resume(): void {
    this.#held = false;
    this.#flow();
  }

  /** Reads only while somebody listens and wants more: the first prompt must not get lost, nor anything pile up. */
  #flow(): void {
    if (this.#held || this.#dataListeners.size === 0) {
      this.#master.pause();
    } else {
      this.#master.resume();
      this.#finish();
    }
  }

  close(): void {
    this.#close();
    this.#finish();
    if (!this.#exit) void this.#endSession();
  }

  #emit(data: Uint8Array): void {
    for (const listener of this.#dataListeners) listener(data);
  }

  #close(): void {
    this.#closed = true;
    this.#master.close();
  }

  /** The leader has ended: hands out what is left of its output, then says so. A held terminal does that when it is resumed. */
  #finish(): void {
    if (this.#reported || !this.#exit) return;
    if (!this.#closed) {
      for (let turn = 0; turn < lastTurns && !this.#master.paused && !this.#hungUp; turn += 1) {
        if (!this.#master.readAvailable()) break;
      }
      if (this.#master.paused && !this.#hungUp) return;
      this.#close();
    }
    this.#reported = true;
    for (const listener of this.#exitListeners) listener(this.#exit);
  }

  async #endSession(): Promise<void> {
    this.#child.signal(signalNumber('SIGHUP'));
    await Promise.race([this.#child.exit, new Promise((resolve) => setTimeout(resolve, hangupGraceMs))]);
    for (const pid of this.#sessionMembers()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
  }

  /** Processes of the session, by its number, which is the leader's pid. */
  #sessionMembers(): number[] {
    const candidates = this.#cgroup === undefined ? [] : allProcessesOf(this.#cgroup);
    return candidates.filter((pid) => sessionOf(pid) === this.pid);
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20;
}

/** Session of a process (proc_pid_stat(5), field 6). */
function sessionOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return null;
  }
}
