/** The filter of `linux.seccomp`, as the step that installs it (seccomp(2)). */
import type { Step } from '../../kernel';
import type { Config } from '../config';
import { RuntimeError } from '../error';

export function seccompSteps({ linux }: Config, _architecture: string): Step[] {
  if (!linux?.seccomp) return [];
  throw new RuntimeError('linux.seccomp: filters are not there yet');
}
