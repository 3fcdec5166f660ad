/** A tree of processes on the simulated kernel: the twin of `real-driver.ts`. */
import * as kernel from '../../../../engine/kernel/sim';
import { type Blocking, isSysError, type Program, type Sys } from '../../../../engine/kernel/sim';
import { say } from '../say';
import { maxProcesses, type ProcessOperation } from './operations';
import { flagsOf, perform } from './sim-perform';
import { parseStatus, type StatusFields, statusText } from './sim-status';

/** Long enough for everybody to have done what there was to do, a millisecond of the lab's own time. */
const restNs = 1_000_000;

export function simDriver(operations: readonly ProcessOperation[]): Program {
  let known: Tree | null = null;
  return function* (sys, argv) {
    const [, member] = argv;
    if (known && member !== undefined) return yield* known.goOn(sys, Number(member));
    const tree = new Tree(sys);
    known = tree;
    yield* tree.begin();
    for (const operation of operations) yield* say(sys, yield* tree.do(operation));
    for (const k of tree.born()) yield* say(sys, `${k} ${yield* tree.status(k)}`);
    yield* say(sys, yield* tree.end());
    return 0;
  };
}

interface Member {
  readonly fds: { readEnd: number; writeEnd: number };
  /** In the pid namespace of the sequence; null before its birth. */
  pid: number | null;
  operation: ProcessOperation | null;
  readonly answers: string[];
  taken: number[];
}

class Tree {
  readonly #members: Member[];
  readonly #names = new Map<string, string>();
  #root = 0;
  #proc = 0;

  constructor(private readonly sys: Sys) {
    this.#members = Array.from({ length: maxProcesses }, () => ({
      fds: sys.pipe(),
      pid: null,
      operation: null,
      answers: [],
      taken: [],
    }));
  }

  *begin(): Blocking<void> {
    const { sys } = this;
    this.#root = sys.clone(flagsOf(['pid', 'mnt', 'uts', 'ipc', 'net']), (own) => this.#first(own));
    yield* sys.nanosleep(restNs);
    this.#hear(0);
    this.#proc = yield* sys.open(`/proc/${this.#root}/root/proc`, kernel.O_PATH | kernel.O_DIRECTORY);
  }

  *do(o: ProcessOperation): Blocking<string> {
    const { by } = o;
    const member = this.#members[by];
    if (member === undefined || member.pid === null) return 'nobody';
    const state = yield* this.#state(by);
    if (state !== 'S') return `is ${state}`;
    if ('of' in o && this.#members[o.of]?.pid === null) return 'nobody';
    if (o.op === 'status') return yield* this.status(by);
    const child = o.op === 'clone' ? this.born().length : null;
    if (child === maxProcesses) return 'full';
    member.operation = o;
    yield* this.sys.write(member.fds.writeEnd, kernel.encode('.'));
    yield* this.sys.nanosleep(restNs);
    const answer = this.#hear(by) ?? 'then';
    if (child !== null && answer.startsWith('ok')) this.#hear(child);
    return answer + (yield* this.#after());
  }

  *status(k: number): Blocking<string> {
    const fields = yield* this.#fields(k);
    if (fields === null) return 'gone';
    const links = ['user', 'pid', 'pid_for_children', 'mnt', 'uts', 'ipc', 'net'];
    return statusText(
      fields,
      links.map((kind) => this.#name(k, kind)),
    );
  }

  *end(): Blocking<string> {
    this.sys.kill(this.#root, kernel.signalNumbers.SIGKILL);
    const result = yield* this.sys.waitpid(this.#root);
    this.sys.close(this.#proc);
    for (const { fds } of this.#members) for (const fd of [fds.readEnd, fds.writeEnd]) this.sys.close(fd);
    if (result?.event.kind === 'exited') return `exited ${result.event.code}`;
    return `killed ${result?.event.kind === 'killed' ? result.event.signal : '?'}`;
  }

  born(): number[] {
    return this.#members.flatMap(({ pid }, k) => (pid === null ? [] : [k]));
  }

  /** A member that has executed the program it is: the same operations in a new image. */
  *goOn(sys: Sys, k: number): Blocking<number> {
    this.#members[k]?.answers.push('ok');
    return yield* this.#obey(sys, k);
  }

  *#first(sys: Sys): Blocking<number> {
    sys.setsid();
    sys.mount(null, '/', null, kernel.MS_REC | kernel.MS_PRIVATE);
    sys.mount('proc', '/proc', 'proc', 0);
    sys.mount('tmp', '/tmp', 'tmpfs', 0);
    sys.chmod('/tmp', 0o1777);
    sys.close(yield* sys.open('/tmp/f', kernel.O_CREAT | kernel.O_WRONLY, 0o644));
    return yield* this.#live(sys, 0);
  }

  *#live(sys: Sys, k: number): Blocking<number> {
    const member = this.#members[k];
    if (member === undefined) return 1;
    member.taken = [];
    member.pid = Number(sys.readlink('/proc/self'));
    member.answers.push('born');
    return yield* this.#obey(sys, k);
  }

  *#obey(sys: Sys, k: number): Blocking<number> {
    const member = this.#members[k];
    if (member === undefined) return 1;
    for (;;) {
      yield* sys.read(member.fds.readEnd, 1);
      const { operation, taken } = member;
      if (operation === null) return 1;
      member.taken = [];
      if (operation.op === 'exit') return operation.code;
      const answer = yield* this.#answer(sys, operation, member);
      // A stop that the process sent itself comes before its answer.
      yield* sys.schedYield();
      member.answers.push(
        taken.length > 0 ? `${answer} got ${[...new Set(taken.map(String))].sort().join(' ')}` : answer,
      );
    }
  }

  *#answer(sys: Sys, o: Exclude<ProcessOperation, { op: 'exit' }>, member: Member): Blocking<string> {
    try {
      if (o.op === 'clone') {
        const child = this.born().length;
        const flags = flagsOf(o.flags) | (o.sibling ? kernel.CLONE_PARENT : 0);
        return `ok ${sys.clone(flags, (own) => this.#live(own, child))}`;
      }
      if (o.op === 'status') return 'ok';
      if (o.op === 'exec') return yield* sys.execve('/usr/bin/true', ['true', String(o.by)], []);
      const result = yield* perform(sys, o, {
        pidOf: (process) => this.#members[process]?.pid ?? 0,
        take: (signal) => member.taken.push(signal),
      });
      return result === undefined ? 'ok' : `ok ${result}`.trimEnd();
    } catch (error) {
      if (isSysError(error)) return error.errno;
      throw error;
    }
  }

  #hear(k: number): string | null {
    const answers = this.#members[k]?.answers.splice(0) ?? [];
    return answers.length > 0 ? answers.join(', ') : null;
  }

  *#fields(k: number): Blocking<StatusFields | null> {
    try {
      const path = `${this.#members[k]?.pid}/status`;
      const fd = yield* this.sys.open(path, kernel.O_RDONLY, 0, { dirfd: this.#proc });
      try {
        return parseStatus(kernel.decode(yield* this.sys.read(fd, 8192)));
      } finally {
        this.sys.close(fd);
      }
    } catch (error) {
      if (isSysError(error)) return null;
      throw error;
    }
  }

  *#state(k: number): Blocking<string> {
    const fields = yield* this.#fields(k);
    if (fields === null) return 'gone';
    const letter = fields.get('State')?.charAt(0) ?? '?';
    return letter === 'S' && !fields.has('VmSize') ? 'ending' : letter;
  }

  *#after(): Blocking<string> {
    const states: string[] = [];
    for (const k of this.born()) states.push(yield* this.#state(k));
    const late = this.born().flatMap((k) => {
      const text = this.#hear(k);
      return text === null ? [] : [` (${k}: ${text})`];
    });
    return ` | ${states.map((state) => (state === 'gone' ? '-' : state)).join(' ')}${late.join('')}`;
  }

  #name(k: number, kind: string): string {
    try {
      const link = this.sys.readlink(`${this.#members[k]?.pid}/ns/${kind}`, { dirfd: this.#proc });
      const known = this.#names.get(link) ?? `${kind.charAt(0)}${this.#names.size}`;
      this.#names.set(link, known);
      return known;
    } catch (error) {
      if (isSysError(error)) return error.errno;
      throw error;
    }
  }
}
