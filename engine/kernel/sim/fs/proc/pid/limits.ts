/** /proc/PID/limits (getrlimit(2)). */
import type { ResourceName } from '../../../task/task';
import type { TextSource } from '../text-file';
import { about, type PidContext } from './context';

const rows: ReadonlyArray<[title: string, resource: ResourceName, unit: string]> = [
  ['Max cpu time', 'cpu', 'seconds'],
  ['Max file size', 'fsize', 'bytes'],
  ['Max data size', 'data', 'bytes'],
  ['Max stack size', 'stack', 'bytes'],
  ['Max core file size', 'core', 'bytes'],
  ['Max resident set', 'rss', 'bytes'],
  ['Max processes', 'nproc', 'processes'],
  ['Max open files', 'nofile', 'files'],
  ['Max locked memory', 'memlock', 'bytes'],
  ['Max address space', 'as', 'bytes'],
  ['Max file locks', 'locks', 'locks'],
  ['Max pending signals', 'sigpending', 'signals'],
  ['Max msgqueue size', 'msgqueue', 'bytes'],
  ['Max nice priority', 'nice', ''],
  ['Max realtime priority', 'rtprio', ''],
  ['Max realtime timeout', 'rttime', 'us'],
];

export function limitsFile({ task }: PidContext): TextSource {
  return about(task, () => {
    const line = (title: string, soft: string, hard: string, unit: string) => {
      return `${title.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit === '' ? '' : unit.padEnd(10)}\n`;
    };
    const shown = (value: number) => (Number.isFinite(value) ? String(value) : 'unlimited');
    const body = rows.map(([title, resource, unit]) => {
      const { soft, hard } = task.limits[resource];
      return line(title, shown(soft), shown(hard), unit);
    });
    return line('Limit', 'Soft Limit', 'Hard Limit', 'Units') + body.join('');
  });
}
