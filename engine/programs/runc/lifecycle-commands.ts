/** create, start, run, state, kill, delete, list: the life of a container. */
import type { ProcessExit } from '../../kernel';
import { Container, create, details, kill, list, type Running, remove, run, start } from '../../runtime';
import { type Call, flag, valueOr } from '../command-line';
import { createFlags, createOptions } from './create-flags';
import { Foreground } from './foreground';
import { containerId, failingAs, one, type RuntimeCommand, type Session } from './session';
import { exitStatus, parseSignal } from './signals';

const SIGTERM = '15';

const detach = flag('detach', { alias: 'd', usage: 'detach from the container’s process' });
const keep = flag('keep', { usage: 'do not delete the container after it exits' });
const all = flag('all', { alias: 'a', usage: 'send the signal to all processes inside the container' });
const force = flag('force', {
  alias: 'f',
  usage: 'forcibly deletes the container if it is still running (uses SIGKILL)',
});
const quiet = flag('quiet', { alias: 'q', usage: 'display only container IDs' });
const format = valueOr('format', { alias: 'f', usage: 'select one of: table or json' }, 'table', String);

export const lifecycleCommands: readonly RuntimeCommand[] = [
  {
    name: 'create',
    usage: 'create a container',
    arguments: containerId,
    words: one,
    flags: createFlags,
    async run(session, call) {
      await failingAs('runc create', () => create(session.context, createOptions(session, call)));
    },
  },
  {
    name: 'delete',
    usage: 'delete any resources held by the container often used with detached container',
    arguments: containerId,
    words: one,
    flags: [force],
    run: async ({ context, output }, call) => {
      const warn = (message: string) => output.warn(message);
      await remove(context, call.words[0] ?? '', { force: call.of(force), warn });
      return 0;
    },
  },
  {
    name: 'kill',
    usage: 'kill sends the specified signal (default: SIGTERM) to the container’s init process',
    arguments: `${containerId} [signal]`,
    words: { from: 1, to: 2 },
    flags: [all],
    run: async ({ context }, call) => {
      const [id = '', signal = SIGTERM] = call.words;
      Container.load(context, id);
      await kill(context, id, parseSignal(signal), call.of(all));
      return 0;
    },
  },
  {
    name: 'list',
    usage: 'lists containers started by this runtime with the given root',
    arguments: '',
    words: { from: 0, to: 0 },
    flags: [format, quiet],
    run: (session, call) => printList(session, call.of(format), call.of(quiet)),
  },
  {
    name: 'run',
    usage: 'create and run a container',
    arguments: containerId,
    words: one,
    flags: [...createFlags, detach, keep],
    run: runContainer,
  },
  {
    name: 'start',
    usage: 'executes the user defined process in a created container',
    arguments: containerId,
    words: one,
    flags: [],
    run: async ({ context, output }, { words: [id = ''] }) => {
      await start(context, id, (message) => output.warn(message));
      return 0;
    },
  },
  {
    name: 'state',
    usage: 'output the state of a container',
    arguments: containerId,
    words: one,
    flags: [],
    run: ({ context, output }, { words: [id = ''] }) => output.json(details(Container.load(context, id))),
  },
];

async function runContainer(session: Session, call: Call): Promise<number> {
  const { context, process } = session;
  const options = createOptions(session, call);
  if (call.of(detach)) {
    await failingAs('runc run', () => run(context, options));
    return 0;
  }
  const terminal = new Foreground(process);
  // From before its program begins: no signal is lost in between.
  let ended: Promise<ProcessExit> | undefined;
  const attend = ({ container, exit }: Running) => {
    const pid = container.record.process?.pid ?? 0;
    ended = terminal.attend(pid, exit, (signal) => container.signal(signal));
  };
  try {
    const { exit } = await failingAs('runc run', () => run(context, { ...options, terminal }, attend));
    const status = exitStatus(await (ended ?? exit));
    if (!call.of(keep)) await remove(context, options.id, { force: true, ...(options.warn && { warn: options.warn }) });
    return status;
  } finally {
    terminal.dispose();
  }
}

function printList({ context, output, process }: Session, format: string, isQuiet: boolean): void {
  if (format !== 'table' && format !== 'json') throw new Error('invalid format option');
  const all = list(context);
  if (isQuiet) for (const { id } of all) output.print(`${id}\n`);
  else if (format === 'json') output.print(`${all.length === 0 ? 'null' : JSON.stringify(all)}\n`);
  else {
    const users = process.system.files.read('/etc/passwd') ?? '';
    const rows = all.map(({ id, pid, status, bundle, created, owner }) => [
      id,
      `${pid}`,
      status,
      bundle,
      created,
      userName(users, owner),
    ]);
    output.table([['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'], ...rows]);
  }
}

/** By passwd(5); `#1000` where nobody has that id. */
function userName(users: string, uid: number): string {
  const user = users.split('\n').find((line) => line.split(':')[2] === `${uid}`);
  return user?.split(':')[0] ?? `#${uid}`;
}
