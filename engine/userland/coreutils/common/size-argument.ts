/** What is said of a size on the command line that is none (xstrtol_fatal of gnulib). */
import { Fatal, type Tool } from './tool';

export function sizeError(tool: Tool, option: string, value: string, status = 1): Fatal {
  const spelled = tool.options.given.findLast(({ name }) => name === option)?.spelled ?? `--${option}`;
  const problem = /^\s*[-+]?\d/.test(value) ? 'invalid suffix in' : 'invalid';
  return new Fatal(`${problem} ${spelled} argument ${tool.quote(value)}`, status);
}
