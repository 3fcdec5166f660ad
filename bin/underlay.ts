/**
 * `npm run underlay -- replay FILE [--json]`: plays a recorded lab again and says what came of it. Only what is seen
 * then counts: a recording that was changed, or claims more than happened, is refused with the first difference.
 * Exit code 0 when everything agrees, 1 when it does not, 2 when the file is no recording.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { lessonByNumber } from '../lessons';
import { parseRecording, replay, systemClock } from '../sandbox';
import { readLessonFiles } from '../sandbox/lesson-files';

const lessonsDirectory = fileURLToPath(new URL('../lessons', import.meta.url));

const program = new Command('underlay').description('Underlay from the command line.');
program
  .command('replay')
  .description('plays a recorded lab again and prints its tasks and the hash of its last state')
  .argument('<file>', 'what "Save a recording" in the menu of a simulated lab has written')
  .option('--json', 'prints the result as JSON')
  .action(async (file: string, { json }: { json?: true }) => {
    process.exitCode = await replayFile(file, json ?? false);
  });
await program.parseAsync();

async function replayFile(file: string, asJson: boolean): Promise<number> {
  const parsed = parseRecording(await readFile(file, 'utf8'));
  if (!parsed.ok) return complain(`${file} is no recording: ${parsed.problem}`);
  const { recording } = parsed;
  const lesson = lessonByNumber(recording.lesson);
  if (!lesson) return complain(`${file} is of lesson ${recording.lesson}, which is not part of this course`);
  const files = await readLessonFiles(lesson, lessonsDirectory);
  const verdict = await replay({ recording, lesson, files, clock: systemClock });
  if (asJson) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else if (verdict.ok) {
    for (const [task, status] of Object.entries(verdict.tasks)) process.stdout.write(`${status.padEnd(6)}  ${task}\n`);
    process.stdout.write(`state ${verdict.hash}\n`);
  } else process.stderr.write(`Refused. ${verdict.difference}\n`);
  return verdict.ok ? 0 : 1;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}
