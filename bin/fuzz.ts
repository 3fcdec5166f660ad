/**
 * `npm run fuzz [-- --minutes N] [--subject NAME] [--seed N]`: random operations on both kernels until the time is up.
 * Prints what differs, shortened to the operations that matter. Exit code 1 when something does.
 */
import { Command } from 'commander';
import { fuzz } from '../sandbox/differential';

const options = new Command('fuzz')
  .option('--minutes <number>', 'how long', Number, 1)
  .option('--subject <name>', 'only this one')
  .option('--seed <number>', 'where to begin', Number, Math.floor(Math.random() * 2 ** 31))
  .parse()
  .opts<{ minutes: number; subject?: string; seed: number }>();

const outcome = await fuzz({
  endAt: Date.now() + options.minutes * 60_000,
  seed: options.seed,
  ...(options.subject === undefined ? {} : { subject: options.subject }),
  say: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`${outcome.sequences} sequences, ${outcome.different} differ (seed ${options.seed})\n`);
process.exitCode = outcome.different > 0 ? 1 : 0;
