/**
 * `underlay-oci`: the OCI runtime with runc's command line. Two more commands keep it from starting Node each time:
 * `engine --socket PATH` stays and serves launchers, `launcher --socket PATH FILE` writes an
 * executable that is one, and FILE.sh, which that leaves a command to where there is no engine.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { launcherProgram } from '../engine/kernel/linux';
import { serveLaunchers } from './oci/engine';
import { runOnce } from './oci/once';

const defaultSocket = '/run/underlay-oci.sock';
const words = process.argv.slice(2);

if (words[0] === 'engine' || words[0] === 'launcher') {
  const program = new Command('underlay-oci');
  program
    .command('engine')
    .description('stays, and serves launchers')
    .option('--socket <path>', 'where launchers find it', defaultSocket)
    .action(({ socket }: { socket: string }) => serveLaunchers(resolve(socket)));
  program
    .command('launcher')
    .description('writes an executable with this command line that goes to a running engine, or else starts Node')
    .argument('<file>')
    .option('--socket <path>', 'where the engine is', defaultSocket)
    .action((file: string, { socket }: { socket: string }) => {
      const script = `${resolve(file)}.sh`;
      const loader = import.meta.url.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
      const command = [process.execPath, ...loader, resolve(process.argv[1] ?? '')].map((word) => `'${word}'`);
      writeFileSync(script, `exec ${command.join(' ')} "$@"\n`);
      writeFileSync(file, launcherProgram(resolve(socket), ['/bin/sh', script]));
      chmodSync(file, 0o755);
    });
  await program.parseAsync();
} else {
  await runOnce(['underlay-oci', ...words]);
}
