/** The OCI runtime as a program, with runc's command line. Called `runc`, it keeps its containers where runc does. */
import type { EngineProgram, ProgramProcess } from '../../kernel';
import { runtimeContext } from '../../runtime';
import { type Call, type Commands, flag, runCommands, value, valueOr } from '../command-line';
import { baseName, resolvePath } from '../lib/path';
import { bundleCommands } from './bundle-commands';
import { execCommand } from './exec-command';
import { lifecycleCommands } from './lifecycle-commands';
import { Output } from './output';
import type { Session } from './session';
import { updateCommand } from './update-command';
import { watchCommands } from './watch-commands';

const version = '0.1.0\nspec: 1.2.1';

const debug = flag('debug', { usage: 'enable debug logging' });
const log = value('log', { usage: 'set the log file to write logs to' }, String);
const logFormat = valueOr('log-format', { usage: "set the log format ('text' or 'json')" }, 'text', String);
const rootless = valueOr('rootless', { usage: 'accepted for the sake of callers: it is found out' }, 'auto', String);
const systemdCgroup = flag('systemd-cgroup', { usage: 'refused: cgroups are made in their file systems' });

export const runc: EngineProgram = async (process) => {
  const output = new Output(process);
  const [path = 'underlay-oci', ...words] = process.argv;
  try {
    const commands = commandsOf(baseName(path));
    return await runCommands(commands, words, (text) => output.print(text), commands.begin(process, output));
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
};

function commandsOf(name: string) {
  const home = name === 'runc' ? '/run/runc' : '/run/underlay-oci';
  const root = valueOr('root', { usage: 'root directory for storage of container state' }, home, String);
  const commands: Commands<Session> = {
    name,
    usage: 'Open Container Initiative runtime',
    version: name === 'underlay-oci' ? version : `underlay-oci ${version}`,
    flags: [debug, log, logFormat, root, rootless, systemdCgroup],
    commands: [...lifecycleCommands, ...watchCommands, execCommand, updateCommand, ...bundleCommands].sort(byName),
  };
  const begin = (process: ProgramProcess, output: Output) => (call: Call) => {
    output.log = { file: call.of(log), format: formatOf(call.of(logFormat)) };
    if (call.of(systemdCgroup)) throw new Error('--systemd-cgroup is not supported: use the cgroupfs manager');
    const context = runtimeContext(process.system, resolvePath(process.cwd, call.of(root)));
    return { process, output, context };
  };
  return { ...commands, begin };
}

function formatOf(text: string): 'text' | 'json' {
  if (text !== 'text' && text !== 'json') throw new Error(`invalid log-format: ${text}`);
  return text;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
