/** `--context=CTX` of mkdir, cp and others: there is no SELinux here, as on the real Machines. */
import type { Blocking } from '../../../kernel/sim';
import type { Tool } from './tool';

export function* warnOfContext(tool: Tool, kernels = 'SELinux'): Blocking<void> {
  if (tool.value('context') === null) return;
  yield* tool.warn(`warning: ignoring --context; it requires an ${kernels}-enabled kernel`);
}
