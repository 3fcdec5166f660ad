/** top(1): what goes on, again and again. */
import { type Blocking, type Program, type Sys, signalNumbers } from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { Accounts } from '../../lib/users';
import { columns } from './columns';
import { chosenTasks, headerLine, plain, summary, taskLines } from './display';
import { parseTop, type Settings, screenSize, TopError } from './options';
import { Screen } from './screen';
import { type Snapshot, takeSnapshot } from './snapshot';

const usage = `
Usage:
 top [options]

Options:
 -b, --batch-mode                text instead of a screen
 -c, --cmdline-toggle            command lines instead of names
 -d, --delay =SECS [.TENTHS]     time between two pictures
 -E, --scale-summary-mem =SCALE  unit of the summary: k, m, g, t, p, e
 -e, --scale-task-mem =SCALE     unit of the tasks: k, m, g, t, p
 -H, --threads-show              threads, too
 -i, --idle-toggle               only what is not idle
 -n, --iterations =NUMBER        so many pictures
 -O, --list-fields               the names of the fields
 -o, --sort-override =FIELD      sorted by a field
 -p, --pid =PIDLIST              only these processes
 -U, -u =USER                    only those of a user
 -w, --width [=COLUMNS]          width of the lines
 -1, --single-cpu-toggle         processors apart

 -h, --help
 -V, --version

For more details see top(1).
`;

export const top: Program = function* (sys, argv, env) {
  const accounts = yield* Accounts.load(sys);
  try {
    const { settings, information } = parseTop(argv.slice(1), accounts);
    if (information === 'help') return yield* say(sys, usage);
    if (information === 'version') return yield* say(sys, 'top from procps-ng 4.0.2\n');
    if (information === 'fields') return yield* say(sys, columns.map(({ name }) => `${name}\n`).join(''));
    if (settings.batch) return yield* batch(sys, env, settings, accounts);
    if (!sys.isatty(0) || !sys.isatty(1)) throw new TopError('failed tty get');
    return yield* new Screen(sys, env, settings, accounts).run();
  } catch (error) {
    if (!(error instanceof TopError) && !(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `top: ${error.message}\n`);
    // A wrong option is told of, and counts as no failure.
    return error instanceof UsageError ? 0 : 1;
  }
};

function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}

function* batch(
  sys: Sys,
  env: Readonly<Record<string, string>>,
  settings: Settings,
  accounts: Accounts,
): Blocking<number> {
  const width = settings.width ?? screenSize(sys, env).cols;
  const out = new Output(sys);
  let ends = false;
  sys.sigaction(signalNumbers.SIGTERM, {
    handler: () => {
      ends = true;
    },
    restart: false,
  });
  let before: Snapshot | null = null;
  for (let round = 1; !ends; round++) {
    const snapshot: Snapshot = yield* takeSnapshot(sys, before);
    // The summary keeps its blanks; only what is beyond the width goes.
    for (const pieces of summary(snapshot, before, settings))
      yield* out.line(plain(pieces).slice(0, Math.max(width, settings.width === null ? 512 : width)));
    yield* out.line('');
    yield* out.line(headerLine(settings, accounts, width));
    for (const line of taskLines(chosenTasks(snapshot.tasks, settings), settings, accounts, width))
      yield* out.line(line);
    if (settings.iterations !== null && round >= settings.iterations) break;
    yield* out.line('');
    yield* out.flush();
    before = snapshot;
    yield* sys.nanosleep(Math.max(1, settings.delay * 1e9));
  }
  yield* out.flush();
  return 0;
}
