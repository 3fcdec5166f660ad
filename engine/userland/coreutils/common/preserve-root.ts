/** `--preserve-root` of chmod, chown and chgrp: `/` is not worked on recursively by accident. */
import type { Blocking } from '../../../kernel/sim';
import type { OptionSpec } from '../../lib/options';
import { isSameFile, lookUpOrNull } from '../../lib/stat';
import type { Tool } from './tool';

export const rootOptions: readonly OptionSpec[] = [{ long: 'no-preserve-root' }, { long: 'preserve-root' }];

/** True when it is the root and protected; the tool has failed then. */
export function* refuseRoot(tool: Tool, name: string): Blocking<boolean> {
  const last = tool.options.given.findLast((option) => /preserve-root$/.test(option.name))?.name;
  if (last !== 'preserve-root') return false;
  const [root, own] = [lookUpOrNull(tool.sys, '/'), lookUpOrNull(tool.sys, name)];
  if (root === null || own === null || !isSameFile(root, own)) return false;
  const same = /^\/+$/.test(name) ? '' : ` (same as ${tool.quote('/')})`;
  yield* tool.fail(`it is dangerous to operate recursively on ${tool.quote(name)}${same}`);
  yield* tool.fail('use --no-preserve-root to override this failsafe');
  return true;
}
