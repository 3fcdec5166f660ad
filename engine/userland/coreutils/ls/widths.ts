/** How wide a line of ls may be. */

import { orNull } from '../../lib/attempt';
import { parseNumber } from '../../lib/numbers';
import type { Tool } from '../common/tool';

/** 0: no limit. */
export function lineWidth(text: string): number | null {
  const parsed = parseNumber(/^0[0-7]+$/.test(text) ? String(Number.parseInt(text, 8)) : text);
  if (parsed.ok) return parsed.value;
  return parsed.reason === 'overflow' ? 0 : null;
}

export function environmentWidth(tool: Tool): number | null {
  const text = tool.env.COLUMNS;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

export function terminalWidth(tool: Tool): number {
  return orNull(() => tool.sys.getWinsize(1).cols || 80) ?? 80;
}
