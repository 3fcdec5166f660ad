/** Sizes on the command line: the units df and du count in, and what is said of a size that is none. */
import { bare } from '../../../kernel/sim';
import { parseBlockSize, type SizeFormat } from '../../lib/human';
import { Fatal, type Tool } from './tool';

/** xstrtol_fatal of gnulib. */
export function sizeError(tool: Tool, option: string, value: string, status = 1): Fatal {
  const spelled = tool.options.given.findLast(({ name }) => name === option)?.spelled ?? `--${option}`;
  const problem = /^\s*[-+]?\d/.test(value) ? 'invalid suffix in' : 'invalid';
  return new Fatal(`${problem} ${spelled} argument ${tool.quote(value)}`, status);
}

const units: Readonly<Record<string, SizeFormat>> = bare({
  'human-readable': { unit: 'human' },
  si: { unit: 'si' },
  k: { unit: 1024 },
  m: { unit: 1024 * 1024 },
  bytes: { unit: 1 },
});

/** What the last of the options says, else the variable, else BLOCK_SIZE. */
export function sizeFormat(tool: Tool, variable: 'DF_BLOCK_SIZE' | 'DU_BLOCK_SIZE'): SizeFormat {
  let format = parseBlockSize(tool.env[variable] ?? tool.env.BLOCK_SIZE ?? '') ?? {
    unit: tool.env.POSIXLY_CORRECT === undefined ? 1024 : 512,
  };
  for (const { name, value } of tool.options.given) {
    format = units[name] ?? format;
    if (name !== 'block-size') continue;
    const parsed = parseBlockSize(value ?? '');
    if (parsed === null) throw sizeError(tool, name, value ?? '');
    format = parsed;
  }
  return format;
}
