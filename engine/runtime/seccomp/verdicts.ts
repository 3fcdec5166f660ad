/** What a profile says of each system call of an architecture, before it is a program. */
import {
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
} from '../../kernel';
import type { Seccomp, SeccompAction, SeccompArgument, SeccompRule } from '../config';
import type { Architecture, Entry } from './architectures';
import { keyOf } from './conditions';

export interface Case {
  /** All of them hold; never empty. */
  conditions: readonly SeccompArgument[];
  /** What the conditions are known by. */
  keys: ReadonlySet<string>;
  answer: number;
}

/** The first case whose conditions hold has the answer, else `otherwise`. */
export interface Verdict {
  cases: readonly Case[];
  otherwise: number;
}

const answers: Record<SeccompAction, number> = {
  SCMP_ACT_KILL: SECCOMP_RET_KILL_THREAD,
  SCMP_ACT_KILL_THREAD: SECCOMP_RET_KILL_THREAD,
  SCMP_ACT_KILL_PROCESS: SECCOMP_RET_KILL_PROCESS,
  SCMP_ACT_TRAP: SECCOMP_RET_TRAP,
  SCMP_ACT_ERRNO: SECCOMP_RET_ERRNO,
  SCMP_ACT_TRACE: SECCOMP_RET_TRACE,
  SCMP_ACT_ALLOW: SECCOMP_RET_ALLOW,
  SCMP_ACT_LOG: SECCOMP_RET_LOG,
  SCMP_ACT_NOTIFY: SECCOMP_RET_USER_NOTIF,
};

const EPERM = 1;

export function answerOf(action: SeccompAction, errno = EPERM): number {
  const hasErrno = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return answers[action] + (hasErrno ? errno : 0);
}

/**
 * By number; what is not in it gets the default. Which rule counts where several fit is as with libseccomp: one that does
 * what the default does is none; one without conditions outdoes those with some, as does any whose conditions are part of
 * another's; of two alike the first counts.
 */
export function verdictsFor(architecture: Architecture, profile: Seccomp): Map<number, Verdict> {
  const otherwise = answerOf(profile.defaultAction, profile.defaultErrnoRet);
  const verdicts = new Map<number, Verdict>();
  for (const rule of profile.syscalls ?? []) {
    const answer = answerOf(rule.action, rule.errnoRet);
    if (answer === otherwise) continue;
    for (const entry of rule.names.flatMap((name) => architecture.entriesOf(name)))
      for (const conditions of alternatives(rule, entry)) {
        const before = verdicts.get(entry.number) ?? { cases: [], otherwise };
        verdicts.set(
          entry.number,
          withCase(before, { conditions, keys: new Set(conditions.map(keyOf)), answer }, otherwise),
        );
      }
  }
  return verdicts;
}

/** Two conditions on one argument are two rules, as runc has it: profiles were written for that. */
function alternatives({ args = [] }: SeccompRule, { which }: Entry): SeccompArgument[][] {
  const isRepeated = new Set(args.map(({ index }) => index)).size < args.length;
  const lists = isRepeated ? args.map((argument) => [argument]) : [args];
  return which ? lists.map((list) => [which, ...list.filter(({ index }) => index !== which.index)]) : lists;
}

function withCase(verdict: Verdict, added: Case, byDefault: number): Verdict {
  const isDecided = verdict.cases.length === 0 && verdict.otherwise !== byDefault;
  if (isDecided || verdict.cases.some(({ keys }) => isPart(keys, added.keys))) return verdict;
  if (added.conditions.length === 0) return { cases: [], otherwise: added.answer };
  const kept = verdict.cases.filter(({ keys }) => !isPart(added.keys, keys));
  return { ...verdict, cases: [...kept, added] };
}

function isPart(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  if (some.size > all.size) return false;
  for (const key of some) if (!all.has(key)) return false;
  return true;
}
