/** create, start, run, state, kill, delete, list: the life of a container. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SystemStdio } from '../../engine/kernel';
import {
  Container,
  type CreateOptions,
  create,
  details,
  kill,
  list,
  type RuntimeContext,
  remove,
  run,
  start,
} from '../../engine/runtime';
import { type Cli, type GlobalOptions, printJson, printTable, reportWarning } from './io';
import { exitStatus, parseSignal } from './signals';

const stdio: SystemStdio = [0, 1, 2];

interface CreateFlags {
  bundle: string;
  consoleSocket?: string;
  pidFile?: string;
  preserveFds: number;
  pivot: boolean;
}

export function addLifecycleCommands(program: Command, cli: Cli, context: () => RuntimeContext): void {
  const warn = (message: string) => reportWarning(cli, message, program.opts<GlobalOptions>());
  createFlags(program.command('create').description('create a container')).action(
    async (id: string, flags: CreateFlags) => {
      await create(context(), { ...createOptions(cli, id, flags), warn });
    },
  );
  createFlags(program.command('run').description('create and run a container'))
    .option('-d, --detach', 'detach from the container’s process')
    .option('--keep', 'do not delete the container after it exits')
    .action(async (id: string, flags: CreateFlags & { detach?: true; keep?: true }) => {
      cli.exitCode = await runContainer(cli, context(), id, flags, warn);
    });
  program
    .command('start')
    .description('executes the user defined process in a created container')
    .argument('<container-id>')
    .action((id: string) => start(context(), id, warn));
  program
    .command('state')
    .description('output the state of a container')
    .argument('<container-id>')
    .action((id: string) => printJson(cli, details(Container.load(context(), id))));
  program
    .command('kill')
    .description('kill sends the specified signal (default: SIGTERM) to the container’s init process')
    .argument('<container-id>')
    .argument('[signal]', 'name or number', parseSignal, 15)
    .option('-a, --all', 'send the signal to all processes inside the container')
    .action((id: string, signal: number, { all }: { all?: true }) => kill(context(), id, signal, all));
  program
    .command('delete')
    .description('delete any resources held by the container')
    .argument('<container-id>')
    .option('-f, --force', 'forcibly deletes the container if it is still running (uses SIGKILL)')
    .action((id: string, { force }: { force?: true }) => remove(context(), id, { force: force === true, warn }));
  program
    .command('list')
    .description('lists containers started by this runtime with the given root')
    .addOption(new Option('-f, --format <format>', 'table or json').choices(['table', 'json']).default('table'))
    .option('-q, --quiet', 'display only container IDs')
    .action((options: { format: string; quiet?: true }) => printList(cli, context(), options));
}

function createFlags(command: Command): Command {
  return command
    .argument('<container-id>')
    .option('-b, --bundle <path>', 'path to the root of the bundle directory', '.')
    .option(
      '--console-socket <path>',
      'AF_UNIX socket which will receive the master end of the console’s pseudoterminal',
    )
    .option('--pid-file <path>', 'file to write the process id to')
    .option('--no-pivot', 'do not use pivot root to jail process inside rootfs')
    .option('--no-new-keyring', 'accepted, and of no effect: a container has a session keyring of its own')
    .option('--preserve-fds <number>', 'pass additional file descriptors to the container', parseCount, 0);
}

function createOptions(cli: Cli, id: string, flags: CreateFlags): CreateOptions {
  const { consoleSocket, pidFile } = flags;
  return {
    id,
    bundle: resolve(cli.cwd, flags.bundle),
    preserve: preserved(cli, flags.preserveFds),
    noPivot: !flags.pivot,
    stdio,
    ...(consoleSocket !== undefined && { consoleSocket: resolve(cli.cwd, consoleSocket) }),
    ...(pidFile !== undefined && { pidFile: resolve(cli.cwd, pidFile) }),
  };
}

/** Descriptors from 3 on: those of socket activation (sd_listen_fds(3)), and those that were asked for. */
export function preserved({ env }: Cli, count: number): number[] {
  const listen = Number(env.LISTEN_FDS ?? 0);
  return Array.from({ length: count + (Number.isInteger(listen) ? listen : 0) }, (_, index) => 3 + index);
}

export function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a number is needed');
  return Number(text);
}

async function runContainer(
  cli: Cli,
  context: RuntimeContext,
  id: string,
  flags: CreateFlags & { detach?: true; keep?: true },
  warn: (message: string) => void,
): Promise<number> {
  const { container, exit } = await run(context, { ...createOptions(cli, id, flags), warn });
  if (flags.detach) return 0;
  const ended = await cli.attend(container.record.process?.pid ?? 0, exit, (signal) => container.signal(signal));
  if (!flags.keep) await remove(context, id, { force: true, warn });
  return exitStatus(ended);
}

function printList(cli: Cli, context: RuntimeContext, options: { format: string; quiet?: true }): void {
  const all = list(context);
  if (options.quiet) for (const { id } of all) cli.out(`${id}\n`);
  else if (options.format === 'json') cli.out(`${JSON.stringify(all)}\n`);
  else {
    const rows = all.map(({ id, pid, status, bundle, created, owner }) => [
      id,
      `${pid}`,
      status,
      bundle,
      created,
      `${owner}`,
    ]);
    printTable(cli, [['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'], ...rows]);
  }
}
