/** One command line of underlay-oci, from its words to its exit code. */
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { runtimeContext } from '../../engine/runtime';
import { addBundleCommands } from './bundle-commands';
import { type Cli, type GlobalOptions, reportError } from './io';
import { addLifecycleCommands } from './lifecycle-commands';
import { addProcessCommands } from './process-commands';

/** `words`: without the names of interpreter and program. */
export async function runCli(words: readonly string[], cli: Cli): Promise<number> {
  const program = makeProgram(cli);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    // Commander has told it already.
    if (error instanceof CommanderError) return error.exitCode;
    reportError(cli, error instanceof Error ? error.message : String(error), program.opts<GlobalOptions>());
    return 1;
  }
}

function makeProgram(cli: Cli): Command {
  const program = new Command('underlay-oci')
    .description('Open Container Initiative runtime')
    .version('underlay-oci version 0.1.0\nspec: 1.2.1', '-v, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => cli.out(text), writeErr: (text) => cli.err(text) })
    .option('--debug', 'enable debug logging')
    .option('--log <path>', 'set the log file to write logs to')
    .addOption(new Option('--log-format <format>', 'log format').choices(['text', 'json']).default('text'))
    .option('--root <path>', 'root directory for storage of container state', '/run/underlay-oci')
    .option('--rootless <value>', 'accepted for the sake of callers: it is found out', 'auto')
    .option('--systemd-cgroup', 'refused: cgroups are made in their file systems');
  const context = () => {
    const { root, systemdCgroup } = program.opts<GlobalOptions & { systemdCgroup?: true }>();
    if (systemdCgroup) throw new Error('--systemd-cgroup is not supported: use the cgroupfs manager');
    return runtimeContext(cli.system, resolve(cli.cwd, root));
  };
  addLifecycleCommands(program, cli, context);
  addProcessCommands(program, cli, context);
  addBundleCommands(program, cli, context);
  return program;
}
