/** exec: one more process in a container that is there. */
import { Container, type ExecOptions, exec, type Process, parseProcess, RuntimeError } from '../../runtime';
import { type Call, count, flag, value, values } from '../command-line';
import { consoleSocket, pidFile, preserved, preserveFds } from './create-flags';
import { Foreground } from './foreground';
import { containerId, failingAs, pathOf, type RuntimeCommand, type Session } from './session';
import { exitStatus } from './signals';

/** What runc ends with: the statuses below are the program's. */
const cannotExecute = 255;

const directory = value('cwd', { usage: 'current working directory in the container' }, String);
const env = values('env', { alias: 'e', usage: 'set environment variables' }, String);
const tty = flag('tty', { alias: 't', usage: 'allocate a pseudo-TTY' });
const user = value('user', { alias: 'u', usage: 'UID (format: <uid>[:<gid>])' }, userOf);
const additionalGids = values('additional-gids', { alias: 'g', usage: 'additional gids' }, count);
const processFile = value('process', { alias: 'p', usage: 'path to the process.json' }, String);
const detach = flag('detach', { alias: 'd', usage: 'detach from the container’s process' });
const cap = values('cap', { alias: 'c', usage: 'add a capability to those of the process' }, String);
const noNewPrivs = flag('no-new-privs', { usage: 'set the no new privileges value for the process' });
const ignorePaused = flag('ignore-paused', { usage: 'allow exec in a paused container' });

export const execCommand: RuntimeCommand = {
  name: 'exec',
  usage: 'execute new process inside the container',
  arguments: `${containerId} <command> [command options]  || -p process.json ${containerId}`,
  words: { from: 1, to: Number.POSITIVE_INFINITY },
  stopsAtWord: true,
  flags: [
    ...[consoleSocket, directory, env, tty, user, additionalGids, processFile, detach, pidFile],
    ...[cap, noNewPrivs, preserveFds, ignorePaused],
  ],
  run: async (session, call) => {
    try {
      return await failingAs('exec', () => execute(session, call));
    } catch (error) {
      session.output.error(error instanceof Error ? error.message : String(error));
      return cannotExecute;
    }
  },
};

async function execute(session: Session, call: Call): Promise<number> {
  const { context, process } = session;
  const { system } = process;
  const [id = ''] = call.words;
  const [socket, pidPath] = [call.of(consoleSocket), call.of(pidFile)];
  const options: ExecOptions = {
    process: processOf(session, Container.load(context, id), call),
    stdio: [0, 1, 2],
    preserve: preserved(session, call.of(preserveFds)),
    ignorePaused: call.of(ignorePaused),
    ...(socket !== undefined && { consoleSocket: pathOf(session, socket) }),
    ...(pidPath !== undefined && { pidFile: pathOf(session, pidPath) }),
  };
  if (call.of(detach)) {
    await exec(context, id, options);
    return 0;
  }
  const terminal = new Foreground(process);
  try {
    const { pid, exit } = await exec(context, id, { ...options, terminal });
    const name = system.process(pid);
    return exitStatus(await terminal.attend(pid, exit, (signal) => name && system.signal(name, signal)));
  } finally {
    terminal.dispose();
  }
}

function processOf(session: Session, { config }: Container, call: Call): Process {
  const file = call.of(processFile);
  if (file !== undefined) return readProcess(session, file);
  const [, ...args] = call.words;
  if (args.length === 0) throw new RuntimeError('exec args cannot be empty');
  const own = config.process;
  if (!own) throw new RuntimeError('the container has no process to take the settings from: use --process');
  const caps = call.of(cap);
  const add = (set: readonly string[] | undefined) => [...(set ?? []), ...caps];
  const { capabilities } = own;
  return {
    ...own,
    terminal: call.of(tty),
    args,
    env: [...(own.env ?? []), ...call.of(env)],
    cwd: call.of(directory) ?? own.cwd,
    user: {
      ...own.user,
      ...call.of(user),
      additionalGids: [...(own.user.additionalGids ?? []), ...call.of(additionalGids)],
    },
    noNewPrivileges: call.of(noNewPrivs) || (own.noNewPrivileges ?? false),
    ...(caps.length > 0 && {
      capabilities: {
        ...capabilities,
        bounding: add(capabilities?.bounding),
        effective: add(capabilities?.effective),
        permitted: add(capabilities?.permitted),
      },
    }),
  };
}

function readProcess(session: Session, file: string): Process {
  const text = session.process.system.files.read(pathOf(session, file));
  if (text === null) throw new Error(`open ${file}: no such file or directory`);
  return parseProcess(text, file);
}

function userOf(text: string): { uid: number; gid?: number } {
  const [uid = '', gid] = text.split(':');
  return { uid: count(uid), ...(gid !== undefined && { gid: count(gid) }) };
}
