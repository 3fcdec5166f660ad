/** truncate: makes files shorter or longer (truncate(1)). */
import { isSysError, O_CREAT, O_NONBLOCK, O_WRONLY, strerror } from '../../kernel/sim';
import { parseSigned } from '../lib/numbers';
import { UsageError } from '../lib/options';
import { isRegular } from '../lib/stat';
import { Fatal, makeTool, type Tool } from './common/tool';

interface Wanted {
  how: '=' | '+' | '-' | '<' | '>' | '/' | '%';
  amount: number;
}

export const truncate = makeTool({
  name: 'truncate',
  options: [
    { short: 'c', long: 'no-create' },
    { short: 'o', long: 'io-blocks' },
    { short: 'r', long: 'reference', value: 'required' },
    { short: 's', long: 'size', value: 'required' },
  ],
  help: `OPTION... FILE...
Make each FILE as long as said; what is added reads as zeros.

  -c, --no-create         make no new files
  -o, --io-blocks         SIZE is a number of blocks
  -r, --reference=RFILE   as long as RFILE
  -s, --size=SIZE         in bytes, with a unit (K, M, KB ...); +SIZE longer, -SIZE shorter,
                          <SIZE at most, >SIZE at least, /SIZE rounded down, %SIZE rounded up`,
  *run(tool) {
    const wanted = readWanted(tool);
    const reference = tool.value('reference');
    if (reference === null && wanted === null) {
      throw new UsageError(`you must specify either ${tool.word('--size')} or ${tool.word('--reference')}`);
    }
    if (reference !== null && wanted !== null && wanted.how === '=') {
      throw new UsageError(`you must specify a relative ${tool.word('--size')} with ${tool.word('--reference')}`);
    }
    if (tool.has('io-blocks') && wanted === null) {
      throw new UsageError(`${tool.word('--io-blocks')} was specified but ${tool.word('--size')} was not`);
    }
    if (tool.operands.length === 0) throw new UsageError('missing file operand');
    const size = reference === null ? null : referenceSize(tool, reference);
    for (const name of tool.operands) {
      const flags = O_WRONLY | O_NONBLOCK | (tool.has('no-create') ? 0 : O_CREAT);
      let fd: number;
      try {
        fd = yield* tool.sys.open(name, flags, 0o666);
      } catch (error) {
        if (!isSysError(error)) throw error;
        if (tool.has('no-create') && error.errno === 'ENOENT') continue;
        yield* tool.failWith(`cannot open ${tool.quote(name)} for writing`, error.errno);
        continue;
      }
      const stat = tool.sys.fstat(fd);
      const unit = tool.has('io-blocks') ? stat.blksize : 1;
      const base = size ?? (isRegular(stat) ? stat.size : 0);
      const length = wanted === null ? base : lengthFor(wanted, unit, base);
      yield* tool.try(`failed to truncate ${tool.quote(name)} at ${length} bytes`, () =>
        tool.sys.ftruncate(fd, length),
      );
      tool.sys.close(fd);
    }
  },
});

function referenceSize(tool: Tool, name: string): number {
  try {
    return tool.sys.stat(name).size;
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`cannot stat ${tool.quote(name)}: ${strerror(error.errno)}`);
  }
}

function readWanted(tool: Tool): Wanted | null {
  const text = tool.value('size');
  if (text === null) return null;
  const [, sign = '', number = ''] = /^\s*([<>/%]?)\s*(.*)$/s.exec(text) ?? [];
  if (sign !== '' && /^[+-]/.test(number)) throw new UsageError('multiple relative modifiers specified');
  const amount = parseSigned(number, 'EgGkKmMPtTYZ0');
  if (!amount.ok) {
    const why = amount.reason === 'overflow' ? `: ${strerror('EOVERFLOW')}` : '';
    throw new Fatal(`Invalid number: ${tool.word(number)}${why}`);
  }
  if ((sign === '/' || sign === '%') && amount.value === 0) throw new Fatal('division by zero');
  if (sign === '' && /^[+-]/.test(number))
    return { how: number.startsWith('-') ? '-' : '+', amount: Math.abs(amount.value) };
  return { how: sign === '<' || sign === '>' || sign === '/' || sign === '%' ? sign : '=', amount: amount.value };
}

function lengthFor({ how, amount }: Wanted, unit: number, base: number): number {
  const bytes = amount * unit;
  switch (how) {
    case '=':
      return bytes;
    case '+':
      return base + bytes;
    case '-':
      return Math.max(0, base - bytes);
    case '<':
      return Math.min(base, bytes);
    case '>':
      return Math.max(base, bytes);
    case '/':
      return Math.floor(base / bytes) * bytes;
    case '%':
      return Math.ceil(base / bytes) * bytes;
  }
}
