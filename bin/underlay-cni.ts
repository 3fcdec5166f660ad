/** underlay-cni: makes executables of our CNI plugins, for any runtime that calls plugins. */
import { Command } from 'commander';
import { install } from './cni/install';

const program = new Command('underlay-cni').description("executables of Underlay's CNI plugins");

program
  .command('install <directory>')
  .description(
    'put one executable a plugin into the directory (/opt/cni/bin); prints, as JSON, the script of the engine they call (node SCRIPT --serve) and its socket',
  )
  .option('--idle <seconds>', 'the resident engine ends when it was not called for so long; 0: none is started', '60')
  .option('--run-directory <path>', "where the engine's socket goes", '/run/underlay')
  .action(async (directory: string, { idle, runDirectory }: { idle: string; runDirectory: string }) => {
    const idleSeconds = Number(idle);
    if (!Number.isInteger(idleSeconds) || idleSeconds < 0)
      program.error(`error: --idle ${idle} is no number of seconds`);
    const { script, socket } = await install({ directory, idleSeconds, runDirectory });
    process.stdout.write(`${JSON.stringify({ directory, engine: script, socket }, null, 2)}
`);
  });

await program.parseAsync();
