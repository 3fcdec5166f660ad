/** Command and process substitution: a copy of the shell at the other end of a pipe (bash(1)). */
import { type Blocking, concat, isSysError, O_RDONLY, strerror } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { decodeLossless } from '../../text/common/lossless';
import { expandText } from '../expand/expand';
import { spawn } from '../jobs/spawn';
import { waitForJob } from '../jobs/wait';
import { groupsOf } from '../parse/parse';
import { describeProblem, problemOf } from '../parse/problem';
import type { Substitution, Word } from '../parse/word';
import { isRunning, type Job } from '../state/jobs';
import type { Shell } from '../state/shell';
import { redirectPlan } from './plan';

const chunk = 65_536;
const highestSubstitution = 63;

export function* substitute(shell: Shell, substitution: Substitution): Blocking<string> {
  const problem = substitution.script.errors ? problemOf(substitution.script.errors, substitution.source) : null;
  if (problem !== null) {
    const prefix = `${shell.errorName()}: command substitution: `;
    for (const line of describeProblem(problem, substitution.source, prefix, true)) shell.printError(`${line}\n`);
    yield* shell.flush();
    shell.lastSubstitutionStatus = 2;
    return '';
  }
  const [only] = substitution.script.commands;
  if (only === undefined) {
    shell.lastSubstitutionStatus = 0;
    return '';
  }
  const name = fileOnly(substitution);
  if (name !== null) return yield* readFile(shell, name);
  const { readEnd, writeEnd } = shell.sys.pipe({ closeOnExec: true });
  const pid = yield* spawn(
    shell,
    {
      group: null,
      prepare: (child) => {
        child.sys.close(readEnd);
        if (writeEnd !== 1) {
          child.sys.dup2(writeEnd, 1);
          child.sys.close(writeEnd);
        }
      },
    },
    (child) => runSubstitution(child, substitution),
  );
  shell.sys.close(writeEnd);
  const output = yield* readEverything(shell, readEnd);
  shell.sys.close(readEnd);
  shell.lastSubstitutionStatus = yield* waitFor(shell, pid);
  shell.status = shell.lastSubstitutionStatus;
  return output;
}

function* runSubstitution(child: Shell, substitution: Substitution): Blocking<number> {
  child.source = substitution.source;
  child.ignoresFailure = 0;
  child.loopDepth = 0;
  child.traceDepth++;
  if (!child.options.shopts('inherit_errexit') && !child.options.has('posix')) child.options.turn('errexit', false);
  let status = 0;
  const { commands } = substitution.script;
  const groups = groupsOf(commands, substitution.source);
  for (const [i, group] of groups.entries()) {
    const tail = i === groups.length - 1 ? 'substitution' : 'no';
    status = yield* child.interpreter.runStatements(child, group.statements, tail);
  }
  return status;
}

/** `$(< file)`: needs no process. */
function fileOnly(substitution: Substitution): Word | null {
  const [only, more] = substitution.script.commands;
  if (more !== undefined || only?.command.type !== 'Command' || only.background) return null;
  const { command } = only;
  const [redirect] = command.redirects;
  if (command.name || command.prefix.length + command.suffix.length !== 1) return null;
  if (redirect?.type !== 'Redirect' || redirect.operator !== '<' || redirect.descriptor) return null;
  return redirectPlan(command.redirects, substitution.source)[0]?.target ?? null;
}

function* readFile(shell: Shell, word: Word): Blocking<string> {
  const name = yield* expandText(shell, word);
  try {
    const fd = yield* shell.sys.open(name, O_RDONLY);
    const text = yield* readEverything(shell, fd);
    shell.sys.close(fd);
    shell.lastSubstitutionStatus = 0;
    return text;
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.complain(`${name}: ${strerror(error.errno)}`);
    yield* shell.flush();
    shell.lastSubstitutionStatus = 1;
    return '';
  }
}

function* readEverything(shell: Shell, fd: number): Blocking<string> {
  const chunks: Uint8Array[] = [];
  const held = new Held(shell.sys);
  for (;;) {
    try {
      const data = yield* shell.sys.read(fd, chunk);
      if (data.length === 0) break;
      held.add(2 * data.length);
      chunks.push(data);
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
      if (shell.isInterrupted) break;
    }
  }
  held.release();
  return withoutEnding(decodeLossless(concat(chunks)).replaceAll('\0', ''));
}

function withoutEnding(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

/** A child that is no job. */
function* waitFor(shell: Shell, pid: number): Blocking<number> {
  const job: Job = {
    number: 0,
    group: 0,
    processes: [{ pid, state: { kind: 'running' }, text: '' }],
    text: '',
    isBackground: false,
    hasOwnGroup: false,
    reported: null,
    directory: '',
    keepsOnHangup: false,
    wasForeground: false,
    notice: '',
  };
  shell.jobs.add(job, false);
  const status = yield* waitForJob(shell, job);
  if (!isRunning(job)) shell.jobs.remove(job);
  return status;
}

export function* processSubstitution(shell: Shell, direction: '<' | '>', substitution: Substitution): Blocking<string> {
  const { readEnd, writeEnd } = shell.sys.pipe();
  const [own, theirs] = direction === '<' ? [readEnd, writeEnd] : [writeEnd, readEnd];
  const kept = highDescriptor(shell, own);
  const pid = yield* spawn(
    shell,
    {
      group: null,
      background: true,
      prepare: (child) => {
        child.sys.close(kept);
        child.sys.dup2(theirs, direction === '<' ? 1 : 0);
        child.sys.close(theirs);
      },
    },
    (child) => runSubstitution(child, substitution),
  );
  shell.sys.close(theirs);
  shell.openSubstitutions.push(kept);
  shell.lastBackground = pid;
  return `/dev/fd/${kept}`;
}

/** The highest free descriptor below 64, as bash numbers them. */
function highDescriptor(shell: Shell, fd: number): number {
  const open = new Set(shell.sys.openFds());
  for (let candidate = highestSubstitution; candidate > fd; candidate--) {
    if (open.has(candidate)) continue;
    shell.sys.dup2(fd, candidate);
    shell.sys.close(fd);
    return candidate;
  }
  return fd;
}

export function closeSubstitutions(shell: Shell): void {
  for (const fd of shell.openSubstitutions.splice(0)) {
    try {
      shell.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}
