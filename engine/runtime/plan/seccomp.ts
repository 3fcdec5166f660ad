/** The filter of `linux.seccomp`, as the steps that install it (seccomp(2)). */
import type { Step } from '../../kernel';
import type { Config } from '../config';
import { RuntimeError } from '../error';
import { compileSeccomp, isMachine, loadSeccomp } from '../seccomp';

/** Errors: a machine whose system calls are not known, and what the compiler of filters refuses. */
export function seccompSteps({ linux }: Config, architecture: string): Step[] {
  if (!linux?.seccomp) return [];
  if (!isMachine(architecture)) throw new RuntimeError(`linux.seccomp: no filters can be made for ${architecture}`);
  const filter = compileSeccomp(linux.seccomp, architecture);
  if (filter.notifies) throw new RuntimeError('linux.seccomp: SCMP_ACT_NOTIFY is not supported');
  return [loadSeccomp(filter)];
}
