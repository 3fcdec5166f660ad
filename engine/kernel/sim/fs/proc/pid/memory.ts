/** How the memory of a process is told of: derived from what it is charged with, for a simulated program has no pages. */
import type { Task } from '../../../task/task';

/** In kB. */
export interface MemoryFigures {
  size: number;
  peak: number;
  resident: number;
  anonymous: number;
  file: number;
  data: number;
  stack: number;
  text: number;
  libraries: number;
  tables: number;
}

export function memoryOf(task: Task): MemoryFigures {
  const anonymous = Math.max(104, Math.ceil(task.memory / 4096) * 4);
  const data = anonymous + 256;
  const [stack, text, libraries, file] = [132, 20, 1528, 1636];
  const size = data + stack + text + libraries + 1020;
  return { size, peak: size, resident: anonymous + file, anonymous, file, data, stack, text, libraries, tables: 44 };
}
