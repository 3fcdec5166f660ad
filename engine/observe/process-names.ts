/** Which of a Machine's processes a runtime means by a pid and a start time, which together name one for good. */
import type { MachineId, Process } from '../state';
import type { Glance } from './glance';
import { integerAt, type JsonObject, textAt } from './json';

type Processes = Readonly<Record<string, Process>>;

const maxStatBytes = 4096;
const maxNames = 1024;

interface Name {
  /** Its number in the Machine. */
  pid: number;
  startTime: string;
  /** It was among the processes of a state. */
  seen: boolean;
  over: boolean;
}

export interface Found {
  /** As the observer sees it; null when the state does not have it yet. */
  pid: number | null;
}

export class ProcessNames {
  readonly #names = new Map<string, Name>();
  #processes: Processes = {};
  #byPid = new Map<number, Process>();

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
  ) {}

  update(processes: Processes): void {
    if (processes === this.#processes) return;
    this.#processes = processes;
    this.#byPid = new Map();
    for (const process of Object.values(processes)) {
      const [own] = process.nsPids;
      if (process.machine === this.machine && own !== undefined) this.#byPid.set(own, process);
    }
  }

  /** Null when it has ended, or none was ever named. */
  find(named: JsonObject | null): Found | null {
    const pid = integerAt(named, 'pid');
    const startTime = textAt(named, 'startTime');
    if (pid === null || startTime === null) return null;
    const name = this.#nameOf(pid, startTime);
    if (name.over) return null;
    const process = this.#byPid.get(pid);
    const isThere = process !== undefined && process.state !== 'zombie';
    // What a state had and has no longer is over; what none had yet may have been born since.
    name.over = (name.seen && !isThere) || !this.#lives(name);
    if (name.over) return null;
    name.seen ||= isThere;
    return { pid: isThere ? process.pid : null };
  }

  #nameOf(pid: number, startTime: string): Name {
    const key = `${pid} ${startTime}`;
    // Nothing is lost by it: what is over is found to be so again.
    if (this.#names.size > maxNames) this.#names.clear();
    const name = this.#names.get(key) ?? { pid, startTime, seen: false, over: false };
    this.#names.set(key, name);
    return name;
  }

  /** proc_pid_stat(5): fields are counted from the end of the command's name, which may hold anything. */
  #lives({ pid, startTime }: Name): boolean {
    const stat = this.glance.text(`/proc/${pid}/stat`, maxStatBytes);
    if (stat === null) return false;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[19] === startTime && fields[0] !== 'Z' && fields[0] !== 'X';
  }
}
