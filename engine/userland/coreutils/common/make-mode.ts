/** `--mode` of mkdir, mkfifo, mknod and install. */
import type { Sys } from '../../../kernel/sim';
import { applyMode, type ModeChanges, parseMode } from '../../lib/mode';
import { Fatal, type Tool } from './tool';

export function requestedMode(tool: Tool, isQuoted = true): ModeChanges | null {
  const text = tool.value('mode');
  if (text === null) return null;
  const changes = parseMode(text);
  if (changes === null) throw new Fatal(isQuoted ? `invalid mode ${tool.word(text)}` : 'invalid mode');
  return changes;
}

export function currentUmask(sys: Sys): number {
  const mask = sys.umask(0);
  sys.umask(mask);
  return mask;
}

/** The permissions something new gets that would have `usual` without the option. */
export function modeOfNew(sys: Sys, changes: ModeChanges | null, usual: number, type = 0): number {
  return changes === null ? usual : applyMode(changes, usual | type, currentUmask(sys));
}
