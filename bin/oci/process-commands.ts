/** exec, ps, pause, resume, update, events: what is done with a container that is there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import {
  Container,
  exec,
  type Process,
  parseProcess,
  parseResources,
  pause,
  processes,
  type RuntimeContext,
  RuntimeError,
  resume,
  statistics,
  update,
} from '../../engine/runtime';
import type { Cli } from './io';
import { parseCount, preserved } from './lifecycle-commands';
import { exitStatus } from './signals';
import { addUpdateFlags, resourcesOf, type UpdateFlags } from './update-flags';

interface ExecFlags {
  consoleSocket?: string;
  cwd?: string;
  env: string[];
  tty?: true;
  user?: string;
  additionalGids: number[];
  process?: string;
  detach?: true;
  pidFile?: string;
  cap: string[];
  newPrivs: boolean;
  preserveFds: number;
  ignorePaused?: true;
}

const gather =
  <T>(parse: (text: string) => T) =>
  (text: string, all: T[]) => [...all, parse(text)];

export function addProcessCommands(program: Command, cli: Cli, context: () => RuntimeContext): void {
  program
    .command('exec')
    .description('execute new process inside the container')
    .argument('<container-id>')
    .argument('[command...]')
    .passThroughOptions()
    .option(
      '--console-socket <path>',
      'AF_UNIX socket which will receive the master end of the console’s pseudoterminal',
    )
    .option('--cwd <path>', 'current working directory in the container')
    .option('-e, --env <name=value>', 'set environment variables', gather(String), [])
    .option('-t, --tty', 'allocate a pseudo-TTY')
    .option('-u, --user <uid[:gid]>', 'user of the process')
    .option('-g, --additional-gids <gid>', 'additional gids', gather(parseCount), [])
    .option('-p, --process <path>', 'path to the process.json')
    .option('-d, --detach', 'detach from the container’s process')
    .option('--pid-file <path>', 'file to write the process id to')
    .option('-c, --cap <capability>', 'add a capability to those of the process', gather(String), [])
    .option('--no-new-privs', 'set the no new privileges value for the process')
    .option('--preserve-fds <number>', 'pass additional file descriptors', parseCount, 0)
    .option('--ignore-paused', 'allow exec in a paused container')
    .action(async (id: string, command: string[], flags: ExecFlags) => {
      cli.exitCode = await execute(cli, context(), id, command, flags);
    });
  program
    .command('ps')
    .description('ps displays the processes running inside a container')
    .argument('<container-id>')
    .argument('[ps-options...]')
    .passThroughOptions()
    .addOption(new Option('-f, --format <format>', 'table or json').choices(['table', 'json']).default('table'))
    .action((id: string, args: string[], { format }: { format: string }) =>
      showProcesses(cli, context(), id, args, format),
    );
  for (const [name, action, description] of [
    ['pause', pause, 'pause suspends all processes inside the container'],
    ['resume', resume, 'resumes all processes that have been previously paused'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .argument('<container-id>')
      .action((id: string) => action(context(), id));
  }
  addUpdateFlags(program.command('update').description('update container resource constraints')).action(
    (id: string, flags: UpdateFlags) => {
      const file = flags.resources;
      const text = file === undefined ? undefined : readFileSync(file === '-' ? 0 : resolve(cli.cwd, file), 'utf8');
      return update(context(), id, text === undefined ? resourcesOf(flags) : parseResources(text, file ?? ''));
    },
  );
  program
    .command('events')
    .description('display container events such as OOM notifications, cpu, memory, and IO usage statistics')
    .argument('<container-id>')
    .option('--stats', 'display the container’s stats then exit')
    .option('--interval <seconds>', 'set the stats collection interval', seconds, 5)
    .action((id: string, options: { stats?: true; interval: number }) => showEvents(cli, context(), id, options));
}

/** `5`, `5s` or `500ms`. */
function seconds(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m)?$/.exec(text) ?? [];
  if (count === undefined) throw new RuntimeError(`invalid interval ${JSON.stringify(text)}`);
  return Number(count) * ({ ms: 0.001, s: 1, m: 60 }[unit ?? 's'] ?? 1);
}

async function execute(
  cli: Cli,
  context: RuntimeContext,
  id: string,
  command: string[],
  flags: ExecFlags,
): Promise<number> {
  const wanted = processOf(cli, Container.load(context, id), command, flags);
  const { pid, exit } = await exec(context, id, {
    process: wanted,
    stdio: [0, 1, 2],
    preserve: preserved(cli, flags.preserveFds),
    ignorePaused: flags.ignorePaused === true,
    ...(flags.consoleSocket !== undefined && { consoleSocket: resolve(cli.cwd, flags.consoleSocket) }),
    ...(flags.pidFile !== undefined && { pidFile: resolve(cli.cwd, flags.pidFile) }),
  });
  if (flags.detach) return 0;
  const name = context.system.process(pid);
  return exitStatus(await cli.attend(pid, exit, (signal) => name && context.system.signal(name, signal)));
}

function processOf(cli: Cli, { config }: Container, command: string[], flags: ExecFlags): Process {
  if (flags.process !== undefined)
    return parseProcess(readFileSync(resolve(cli.cwd, flags.process), 'utf8'), flags.process);
  if (command.length === 0) throw new RuntimeError('exec args cannot be empty');
  const own = config.process;
  if (!own) throw new RuntimeError('the container has no process to take the settings from: use --process');
  const [uid, gid] = (flags.user ?? '').split(':');
  const add = (set: readonly string[] | undefined) => [...(set ?? []), ...flags.cap];
  const { capabilities } = own;
  return {
    ...own,
    terminal: flags.tty === true,
    args: command,
    env: [...(own.env ?? []), ...flags.env],
    cwd: flags.cwd ?? own.cwd,
    user: {
      ...own.user,
      ...(uid && { uid: parseCount(uid) }),
      ...(gid && { gid: parseCount(gid) }),
      additionalGids: [...(own.user.additionalGids ?? []), ...flags.additionalGids],
    },
    noNewPrivileges: flags.newPrivs ? (own.noNewPrivileges ?? false) : true,
    ...(flags.cap.length > 0 && {
      capabilities: {
        ...capabilities,
        bounding: add(capabilities?.bounding),
        effective: add(capabilities?.effective),
        permitted: add(capabilities?.permitted),
      },
    }),
  };
}

function showProcesses(cli: Cli, context: RuntimeContext, id: string, args: string[], format: string): void {
  const pids = processes(context, id);
  if (format === 'json') {
    cli.out(`${JSON.stringify(pids)}\n`);
    return;
  }
  const { stdout, status, stderr } = spawnSync('ps', args.length > 0 ? args : ['-ef'], { encoding: 'utf8' });
  if (status !== 0) throw new RuntimeError(`ps failed: ${stderr.trim()}`);
  const [title = '', ...lines] = stdout.trimEnd().split('\n');
  const column = title.trim().split(/\s+/).indexOf('PID');
  if (column < 0) throw new RuntimeError("couldn't find PID field in ps output");
  cli.out(`${title}\n`);
  for (const line of lines) if (pids.includes(Number(line.trim().split(/\s+/)[column]))) cli.out(`${line}\n`);
}

/** Until the container has ended. */
async function showEvents(
  cli: Cli,
  context: RuntimeContext,
  id: string,
  options: { stats?: true; interval: number },
): Promise<void> {
  const print = () => cli.out(`${JSON.stringify(statistics(context, id))}\n`);
  print();
  while (!options.stats) {
    await delay(options.interval * 1000);
    if (Container.load(context, id).status() === 'stopped') return;
    print();
  }
}
