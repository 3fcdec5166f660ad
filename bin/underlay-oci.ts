/** `underlay-oci`: the OCI runtime with runc's command line. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { LinuxSystem } from '../engine/kernel/linux';
import { runtimeContext } from '../engine/runtime';
import { addBundleCommands } from './oci/bundle-commands';
import { type GlobalOptions, reportError } from './oci/io';
import { addLifecycleCommands } from './oci/lifecycle-commands';
import { addProcessCommands } from './oci/process-commands';

const program = new Command('underlay-oci')
  .description('Open Container Initiative runtime')
  .version('underlay-oci version 0.1.0\nspec: 1.2.1', '-v, --version')
  .enablePositionalOptions()
  .option('--debug', 'enable debug logging')
  .option('--log <path>', 'set the log file to write logs to')
  .addOption(new Option('--log-format <format>', 'log format').choices(['text', 'json']).default('text'))
  .option('--root <path>', 'root directory for storage of container state', '/run/underlay-oci')
  .option('--rootless <value>', 'accepted for the sake of callers: it is found out', 'auto')
  .option('--systemd-cgroup', 'refused: cgroups are made in their file systems');

const system = new LinuxSystem();
const context = () => {
  const { root, systemdCgroup } = program.opts<GlobalOptions & { systemdCgroup?: true }>();
  if (systemdCgroup) throw new Error('--systemd-cgroup is not supported: use the cgroupfs manager');
  return runtimeContext(system, resolve(root));
};

addLifecycleCommands(program, context);
addProcessCommands(program, context);
addBundleCommands(program, context);

try {
  await program.parseAsync();
} catch (error) {
  reportError(error instanceof Error ? error.message : String(error), program.opts<GlobalOptions>());
  process.exitCode = 1;
}
// A container that goes on is a child that would keep this process waiting.
process.exit();
