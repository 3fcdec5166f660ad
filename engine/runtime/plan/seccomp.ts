/** The filter of `linux.seccomp`, as the step that installs it (seccomp(2)). */
import type { Step } from '../../kernel';
import type { Config } from '../config';
import { RuntimeError } from '../error';
import { compileSeccomp, isMachine, loadSeccomp } from '../seccomp';

/** `architecture` as `process.arch` names it. Errors: `ConfigError`, `RuntimeError`. */
export function seccompSteps({ linux }: Config, architecture: string): Step[] {
  if (!linux?.seccomp) return [];
  if (!isMachine(architecture)) throw new RuntimeError(`linux.seccomp: no filter can be made for ${architecture}`);
  const filter = compileSeccomp(linux.seccomp, architecture);
  // What is missing: the descriptor of notifications has to reach the process behind listenerPath.
  if (filter.notifies) throw new RuntimeError('linux.seccomp.syscalls: SCMP_ACT_NOTIFY is not supported');
  return [loadSeccomp(filter)];
}
