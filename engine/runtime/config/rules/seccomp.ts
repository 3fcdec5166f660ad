/** Rules about `linux.seccomp` (OCI runtime-spec 1.2, config-linux.md, "Seccomp"; seccomp_unotify(2)). */
import type { Seccomp, SeccompAction } from '../schema/seccomp';
import type { Finding } from './rule';

/** The kernel has 16 bits for what a tracer is told, and cuts an errno off at MAX_ERRNO. */
const largest: Partial<Record<SeccompAction, number>> = { SCMP_ACT_ERRNO: 4095, SCMP_ACT_TRACE: 0xffff };

export function errnoRules(seccomp: Seccomp): Finding[] {
  return [
    ...errnoRule(seccomp.defaultAction, seccomp.defaultErrnoRet, ['defaultErrnoRet']),
    ...(seccomp.syscalls ?? []).flatMap(({ action, errnoRet }, index) =>
      errnoRule(action, errnoRet, ['syscalls', index, 'errnoRet']),
    ),
  ];
}

function errnoRule(action: SeccompAction, errno: number | undefined, path: Finding['path']): Finding[] {
  if (errno === undefined) return [];
  const most = largest[action];
  if (most === undefined) return [{ path, problem: `${action} has no errno` }];
  return errno > most ? [{ path, problem: `${errno} is more than ${most}` }] : [];
}

/** What is called before anybody can answer. */
const ofRuntime = ['write', 'sendmsg', 'dup3'];

/** Whoever answers notifications needs a way to them, and the runtime itself must not wait for an answer. */
export function notifyRules(seccomp: Seccomp): Finding[] {
  const { defaultAction, listenerPath, listenerMetadata, flags = [], syscalls = [] } = seccomp;
  const found: Finding[] = [];
  const notified = syscalls.flatMap(({ action }, index) => (action === 'SCMP_ACT_NOTIFY' ? [index] : []));
  if (defaultAction === 'SCMP_ACT_NOTIFY')
    found.push({
      path: ['defaultAction'],
      problem: 'SCMP_ACT_NOTIFY would stop the runtime itself: name the system calls',
    });
  for (const index of notified)
    for (const name of ofRuntime)
      if (syscalls[index]?.names.includes(name))
        found.push({
          path: ['syscalls', index],
          problem: `SCMP_ACT_NOTIFY for "${name}" would stop the runtime itself`,
        });
  if (notified.length > 0 && listenerPath === undefined)
    found.push({ path: ['listenerPath'], problem: 'is missing: SCMP_ACT_NOTIFY has to be sent to somebody' });
  if (listenerMetadata !== undefined && listenerPath === undefined)
    found.push({ path: ['listenerMetadata'], problem: 'means nothing without listenerPath' });
  const killable = flags.indexOf('SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV');
  if (killable >= 0 && notified.length === 0)
    found.push({ path: ['flags', killable], problem: 'means nothing without SCMP_ACT_NOTIFY' });
  return found;
}
