/**
 * `npm run underlay -- replay FILE... [--json] [--threads N] [--seconds N]`: plays recorded labs again, in threads, and says
 * what came of each. Only what is seen then counts: a recording that was changed, or claims more than happened, is refused
 * with the first difference, and so is one that takes too long. Exit code 0 when everything agrees, 1 when something does
 * not, 2 when a file is no recording.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type Grade, Graders } from '../sandbox';

/** Memory a recording may take: that of a thread of the server with labs. */
const megabytes = 1024;

interface ReplayOptions {
  json?: true;
  threads?: number;
  seconds: number;
}

const program = new Command('underlay').description('Underlay from the command line.');
program
  .command('replay')
  .description('plays recorded labs again and prints their tasks and the hash of their last state')
  .argument('<file...>', 'what "Save a recording" in the menu of a simulated lab has written')
  .option('--json', 'prints each result as a line of JSON')
  .option('--threads <number>', 'recordings at a time; as many as there are processors when left out', positive)
  .option('--seconds <number>', 'what a recording may take before it is refused', positive, 60)
  .action(async (files: string[], options: ReplayOptions) => {
    process.exitCode = await replayFiles(files, options);
  });
await program.parseAsync();

async function replayFiles(files: string[], { json, threads, seconds }: ReplayOptions): Promise<number> {
  const graders = new Graders({
    threads: Math.min(files.length, threads ?? availableParallelism()),
    megabytes,
    limitMs: seconds * 1000,
  });
  let worst = 0;
  const grades = files.map(async (file) => ({ file, grade: await gradeFile(graders, file) }));
  try {
    for (const each of grades) {
      const { file, grade } = await each;
      worst = Math.max(worst, tell(file, grade, { json: json ?? false, isOnly: files.length === 1 }));
    }
  } finally {
    await graders.close();
  }
  return worst;
}

async function gradeFile(graders: Graders, file: string): Promise<Grade> {
  try {
    return await graders.grade(await readFile(file, 'utf8'));
  } catch (error) {
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}

function tell(file: string, grade: Grade, { json, isOnly }: { json: boolean; isOnly: boolean }): number {
  if (grade.kind === 'unreadable') {
    process.stderr.write(`${file} cannot be played: ${grade.problem}\n`);
    return 2;
  }
  const { verdict } = grade;
  if (json) process.stdout.write(`${JSON.stringify(isOnly ? verdict : { file, ...verdict })}\n`);
  else if (verdict.ok) {
    if (!isOnly) process.stdout.write(`${file}\n`);
    for (const [task, status] of Object.entries(verdict.tasks)) process.stdout.write(`${status.padEnd(6)}  ${task}\n`);
    process.stdout.write(`state ${verdict.hash}\n`);
  } else process.stderr.write(`${isOnly ? '' : `${file}: `}Refused. ${verdict.difference}\n`);
  return verdict.ok ? 0 : 1;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It has to be more than 0.');
  return value;
}
