/** How split is to take a file apart. */
import { strerror } from '../../../kernel/sim';
import { binaryOf } from '../../lib/binary';
import { parseNumber, sizeSuffixes } from '../../lib/numbers';
import { UsageError } from '../../lib/options';
import { Fatal, type Tool } from '../common/tool';

export type Plan =
  | { kind: 'lines' | 'bytes' | 'line-bytes'; size: number }
  | { kind: 'chunks'; mode: 'bytes' | 'lines' | 'round'; count: number; only: number | null };

export function readPlan(tool: Tool): Plan {
  const given = tool.options.given.filter(({ name }) => ['bytes', 'line-bytes', 'lines', 'number'].includes(name));
  const kinds = new Set(given.map(({ name }) => name));
  if (kinds.size > 1) throw new UsageError('cannot split in more than one way');
  const option = given.at(-1);
  if (option === undefined) return { kind: 'lines', size: 1000 };
  const text = option.value ?? '';
  if (option.name === 'number') return readChunks(tool, text);
  const parsed = parseNumber(text, option.name === 'lines' ? '' : sizeSuffixes);
  if (!parsed.ok || parsed.value === 0) {
    const why = parsed.ok
      ? `: ${strerror('ERANGE')}`
      : parsed.reason === 'overflow'
        ? `: ${strerror('EOVERFLOW')}`
        : '';
    throw new Fatal(`invalid number of ${option.name === 'lines' ? 'lines' : 'bytes'}: ${tool.word(text)}${why}`);
  }
  const kind = option.name === 'bytes' ? 'bytes' : option.name === 'lines' ? 'lines' : 'line-bytes';
  return { kind, size: parsed.value };
}

function readChunks(tool: Tool, text: string): Plan {
  const match = /^(?:([lr])\/)?(?:(\d+)\/)?(\d*)$/.exec(text);
  const [, letter, only, count = ''] = match ?? [];
  if (!match || count === '' || Number(count) === 0) {
    const why = match && count !== '' ? `: ${strerror('ERANGE')}` : '';
    throw new Fatal(`invalid number of chunks: ${tool.word(match ? count : text.replace(/^[lr]\//, ''))}${why}`);
  }
  if (only !== undefined && (Number(only) === 0 || Number(only) > Number(count))) {
    throw new Fatal(`invalid chunk number: ${tool.word(only)}: ${strerror('ERANGE')}`);
  }
  const mode = letter === 'l' ? 'lines' : letter === 'r' ? 'round' : 'bytes';
  return { kind: 'chunks', mode, count: Number(count), only: only === undefined ? null : Number(only) };
}

export function separatorOf(tool: Tool): number {
  const text = tool.value('separator');
  if (text === null) return 10;
  if (text === '\\0') return 0;
  if (text === '') throw new Fatal('empty record separator');
  if (binaryOf(text).length > 1) throw new Fatal(`multi-character separator ${tool.word(text)}`);
  return text.charCodeAt(0);
}
