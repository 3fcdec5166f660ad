/** kill: signals to processes and jobs (bash(1)). */
import { isSysError, signalNumbers, strerror } from '../../../kernel/sim';
import { noteSignal } from '../jobs/notices';
import { nameOfSignal, signalOfName, trapNameOf } from '../jobs/signals';
import { isStopped, type Job } from '../state/jobs';
import type { Shell } from '../state/shell';
import { jobFor } from './job-spec';
import { type Builtin, type BuiltinCall, complain, usage } from './support';
import { signalTable } from './trap';

export const kill: Builtin = (shell, call) => {
  const args = [...call.args];
  let signal: number = signalNumbers.SIGTERM;
  const [first = ''] = args;
  if (first === '-l' || first === '-L') return listSignals(shell, call, args.slice(1));
  if (first === '-s' || first === '-n') {
    const name = args[1];
    if (name === undefined) {
      complain(shell, call, `${first}: option requires an argument`);
      return 1;
    }
    const number = signalNumber(name);
    if (number === null) return badSignal(shell, call, name);
    signal = number;
    args.splice(0, 2);
  } else if (first === '--') args.shift();
  else if (/^-./.test(first)) {
    const number = signalNumber(first.slice(1));
    if (number === null) return badSignal(shell, call, first.slice(1));
    signal = number;
    args.shift();
    if (args[0] === '--') args.shift();
  }
  if (args.length === 0) return usage(shell, call);
  let status = 1;
  for (const target of args) if (send(shell, call, target, signal)) status = 0;
  return status;
};

function signalNumber(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) <= 64 ? Number(text) : null;
  const name = trapNameOf(text);
  if (name === 'EXIT') return 0;
  return name === null ? null : signalOfName(name);
}

function badSignal(shell: Shell, call: BuiltinCall, text: string): number {
  complain(shell, call, `${text}: invalid signal specification`);
  return 1;
}

function send(shell: Shell, call: BuiltinCall, target: string, signal: number): boolean {
  if (target.startsWith('%')) {
    const job = jobFor(shell, call, target);
    if (job === null) return false;
    if (job.hasOwnGroup) return deliver(shell, call, -job.group, signal, target, job);
    const alive = job.processes.filter(({ state }) => state.kind === 'running' || state.kind === 'stopped');
    return alive.map(({ pid }) => deliver(shell, call, pid, signal, target, job)).some((done) => done);
  }
  if (!/^-?\d+$/.test(target)) {
    complain(shell, call, `${target}: arguments must be process or job IDs`);
    return false;
  }
  return deliver(shell, call, Number(target), signal, target, undefined);
}

function deliver(
  shell: Shell,
  call: BuiltinCall,
  pid: number,
  signal: number,
  shown: string,
  job: Job | undefined,
): boolean {
  try {
    if (job) noteSignal(shell, job);
    shell.sys.kill(pid, signal);
    // A stopped job has to run to notice.
    if (job && isStopped(job) && (signal === signalNumbers.SIGTERM || signal === signalNumbers.SIGHUP)) {
      shell.sys.kill(pid, signalNumbers.SIGCONT);
    }
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    complain(shell, call, `(${job ? (job.processes[0]?.pid ?? shown) : shown}) - ${strerror(error.errno)}`);
    return false;
  }
}

function listSignals(shell: Shell, call: BuiltinCall, words: readonly string[]): number {
  if (words.length === 0) {
    shell.print(signalTable());
    return 0;
  }
  let status = 0;
  for (const word of words) {
    if (/^\d+$/.test(word)) {
      const number = Number(word) > 128 ? Number(word) - 128 : Number(word);
      const name = number === 0 ? 'EXIT' : nameOfSignal(number);
      if (name !== null) {
        shell.print(`${name.replace(/^SIG/, '')}\n`);
        continue;
      }
    } else {
      const number = signalNumber(word);
      if (number !== null) {
        shell.print(`${number}\n`);
        continue;
      }
    }
    complain(shell, call, `${word}: invalid signal specification`);
    status = 1;
  }
  return status;
}
