/** Runs a plan in a new process: a child of this one, with the plan on one descriptor and reports coming back on another. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import type { Plan } from '../../plan';
import { type CompiledPlan, compilePlan, type PlanTarget } from '../../plan/compile';
import { meaningOf, RecordStream, type Report } from '../../plan/records';
import { syscallNumber } from '../../plan/syscall-numbers';
import type { PlanOutcome } from '../../system';
import { makePipe } from '../process/pipe';
import { close, errnoName, errnoNumber, memfdCreate, open, sealFile, write } from '../syscall';
import { interpreterImage, programImage } from './interpreter';

export interface Birth {
  /** The process the plan began in; it may have forked others. */
  pid: number;
  child: ChildProcess;
  /** Standard input, where it was asked for as a pipe. */
  stdin: Writable | null;
  stdout: Readable | null;
  stderr: Readable | null;
  /** Resolves with the next report of that name; rejects when nobody is left to report, with the `KernelError` of a failed step if one did. */
  report(name: string): Promise<number>;
  /** Resolves when every process that could report has ended or executed a program; rejects when a step failed. */
  done: Promise<Report[]>;
}

/** Descriptors 0, 1 and 2: a descriptor of this process to inherit, a pipe, or /dev/null. */
export type Stdio = [StdioEnd, StdioEnd, StdioEnd];
export type StdioEnd = number | 'pipe' | 'ignore';

const noEnvironment: NodeJS.ProcessEnv = Object.create(null);
const nothing: Stdio = ['ignore', 'ignore', 'ignore'];

const thisComputer: PlanTarget = {
  syscallNumber: (name) => syscallNumber(name, process.arch),
  errnoNumber,
  encode: (text) => Buffer.from(text),
};

let interpreter: number | undefined;

/** The interpreter: an anonymous file that this process keeps open. */
export function interpreterFd(): number {
  if (interpreter !== undefined) return interpreter;
  const file = anonymousFile('underlay', interpreterImage());
  // A container can reach the program of a process that is about to enter it: nobody may ever change that.
  sealFile(file);
  // A file that is open for writing cannot be executed (ETXTBSY): keep a read-only descriptor instead.
  interpreter = open(`/proc/self/fd/${file}`);
  close(file);
  return interpreter;
}

function anonymousFile(name: string, content: Uint8Array): number {
  const fd = memfdCreate(name);
  for (let written = 0; written < content.byteLength; ) {
    written += write(fd, content.subarray(written), name) ?? 0;
  }
  return fd;
}

export interface RunOptions {
  stdio?: Stdio;
  /** Descriptors of this process that the plan finds as 5, 6 ... */
  inherit?: readonly number[];
  /** What `ps` shows until the plan executes something else. */
  argv0?: string;
}

/** Starts a process that runs `plan`. */
export function runPlan(plan: Plan, options?: RunOptions): Birth {
  const compiled = compilePlan(plan, thisComputer);
  const image = anonymousFile(plan.name, compiled.image);
  try {
    const settings: SpawnOptions = {
      argv0: options?.argv0 ?? 'underlay',
      env: noEnvironment,
      stdio: [...(options?.stdio ?? nothing), image, 'pipe', ...(options?.inherit ?? [])],
    };
    const child = spawn(`/proc/${process.pid}/fd/${interpreterFd()}`, [], settings);
    return birth(plan, compiled, child);
  } finally {
    close(image);
  }
}

function birth(plan: Plan, compiled: CompiledPlan, child: ChildProcess): Birth {
  const stream = child.stdio[4];
  const followed = followReports(plan, compiled, stream instanceof Readable ? stream : null);
  child.once('error', followed.fail);
  return {
    pid: child.pid ?? -1,
    child,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    done: followed.done,
    report: followed.report,
  };
}

/** What comes out of the pipe that the processes of a plan report into. */
function followReports(plan: Plan, compiled: CompiledPlan, stream: Readable | null) {
  const reports: Report[] = [];
  const waiting: Array<{ name: string; resolve: (value: number) => void; reject: (error: Error) => void }> = [];
  let failure: Error | undefined;
  let ended = false;

  const settle = () => {
    for (const waiter of waiting.splice(0)) {
      const index = reports.findIndex((report) => report.name === waiter.name);
      const [report] = index < 0 ? [] : reports.splice(index, 1);
      if (report) waiter.resolve(report.value);
      // Not before all have ended: one process of a plan may fail while another has yet to report.
      else if (ended) waiter.reject(failure ?? new Error(`${plan.name} ended before it reported ${waiter.name}`));
      else waiting.push(waiter);
    }
  };

  let fail: (error: Error) => void = () => undefined;
  const done = new Promise<Report[]>((resolve, reject) => {
    const finish = (error?: Error) => {
      ended = true;
      failure ??= error;
      settle();
      if (failure) reject(failure);
      else resolve(reports);
    };
    fail = finish;
    if (!stream) return;
    const records = new RecordStream();
    stream.on('data', (chunk) => {
      if (!Buffer.isBuffer(chunk)) return;
      for (const record of records.take(chunk)) {
        const meaning = meaningOf(plan, compiled, record, errnoName);
        if (meaning instanceof Error) failure ??= meaning;
        else reports.push(meaning);
      }
      settle();
    });
    stream.once('error', finish);
    stream.once('close', () => finish());
  });
  done.catch(() => {});
  const report = (name: string) =>
    new Promise<number>((resolve, reject) => {
      waiting.push({ name, resolve, reject });
      settle();
    });
  return { done, report, fail };
}

/** A plan for somebody else to run: what is to be handed over, and what comes back. */
export interface PreparedPlan {
  /** Descriptors of this process; close them when they are handed over. */
  image: number;
  reports: number;
  report(name: string): Promise<number>;
  done: Promise<Report[]>;
}

export function preparePlan(plan: Plan): PreparedPlan {
  const compiled = compilePlan(plan, thisComputer);
  const image = anonymousFile(plan.name, compiled.image);
  const { reader, writer } = makePipe('reader');
  const { done, report } = followReports(plan, compiled, new Socket({ fd: reader, readable: true, writable: false }));
  return { image, reports: writer, report, done };
}

/** A program that begins with a plan of its own; if a step of that fails, it executes `fallback` with its own arguments. */
export function programOf(plan: Plan, fallback: readonly [program: string, argument: string]): Uint8Array {
  return programImage(compilePlan(plan, thisComputer).image, fallback);
}

/** What the records say that a process of `plan` wrote to a descriptor of its own. */
export function outcomeOf(plan: Plan, records: Uint8Array): PlanOutcome {
  const compiled = compilePlan(plan, thisComputer);
  const reports: Report[] = [];
  let failure: Error | null = null;
  for (const record of new RecordStream().take(records)) {
    const outcome = meaningOf(plan, compiled, record, errnoName);
    if (outcome instanceof Error) failure ??= outcome;
    else reports.push(outcome);
  }
  return { reports, failure };
}
