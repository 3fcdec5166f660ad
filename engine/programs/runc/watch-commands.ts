/** ps, pause, resume, events: what is seen of a container that is there, and how it is held. */
import { Container, pause, processes, RuntimeError, resume, statistics } from '../../runtime';
import { flag, valueOr } from '../command-line';
import { execute } from '../lib/execute';
import { containerId, one, type RuntimeCommand, type Session } from './session';

const format = valueOr('format', { alias: 'f', usage: 'select one of: table or json' }, 'table', String);
const stats = flag('stats', { usage: 'display the container’s stats then exit' });
const interval = valueOr('interval', { usage: 'set the stats collection interval' }, '5s', milliseconds);

export const watchCommands: readonly RuntimeCommand[] = [
  {
    name: 'events',
    usage: 'display container events such as OOM notifications, cpu, memory, and IO usage statistics',
    arguments: containerId,
    words: one,
    flags: [interval, stats],
    run: async (session, call) => {
      await showEvents(session, call.words[0] ?? '', call.of(stats), call.of(interval));
      return 0;
    },
  },
  {
    name: 'pause',
    usage: 'pause suspends all processes inside the container',
    arguments: containerId,
    words: one,
    flags: [],
    run: async ({ context }, { words: [id = ''] }) => {
      await pause(context, id);
      return 0;
    },
  },
  {
    name: 'ps',
    usage: 'ps displays the processes running inside a container',
    arguments: `${containerId} [ps options]`,
    words: { from: 1, to: Number.POSITIVE_INFINITY },
    stopsAtWord: true,
    flags: [format],
    run: async (session, call) => {
      const [id = '', ...options] = call.words;
      await showProcesses(session, id, options, call.of(format));
      return 0;
    },
  },
  {
    name: 'resume',
    usage: 'resumes all processes that have been previously paused',
    arguments: containerId,
    words: one,
    flags: [],
    run: async ({ context }, { words: [id = ''] }) => {
      await resume(context, id);
      return 0;
    },
  },
];

/** `5s`, `500ms`, `1m`. */
function milliseconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)(ms|s|m)?$/.exec(text) ?? [];
  if (amount === undefined) throw new Error('a duration is needed, such as 5s');
  return Number(amount) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 1000);
}

async function showProcesses(session: Session, id: string, options: readonly string[], format: string): Promise<void> {
  const { context, output, process } = session;
  const pids = processes(context, id);
  if (format === 'json') return output.print(`${JSON.stringify(pids)}\n`);
  if (format !== 'table') throw new Error('invalid format option');
  const { exit, output: text } = await execute(process, ['ps', ...(options.length > 0 ? options : ['-ef'])]);
  if (exit.exitCode !== 0) throw new RuntimeError(`ps failed: ${text.trim()}`);
  const [title = '', ...lines] = text.trimEnd().split('\n');
  const column = title.trim().split(/\s+/).indexOf('PID');
  if (column < 0) throw new RuntimeError("couldn't find PID field in ps output");
  output.print(`${title}\n`);
  for (const line of lines) {
    if (pids.includes(Number(line.trim().split(/\s+/)[column]))) output.print(`${line}\n`);
  }
}

/** Until the container has ended. */
async function showEvents(session: Session, id: string, isOnce: boolean, pauseMs: number): Promise<void> {
  const { context, output, process } = session;
  const print = () => output.print(`${JSON.stringify(statistics(context, id))}\n`);
  print();
  while (!isOnce) {
    await process.system.sleep(pauseMs);
    if (Container.load(context, id).status() === 'stopped') return;
    print();
  }
}
