/** tar: many files in one (tar(1), GNU version 1.34): creates, lists and extracts. */
import type { OwnerNames, TarEntry } from '../../../archive';
import type { Blocking, Program, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { UsageError } from '../../lib/options';
import { Accounts } from '../../lib/users';
import { Creator, changeDirectory } from './create';
import { Extractor } from './extract';
import { Fatal } from './fatal';
import { help, usage, version } from './help';
import { ListLines } from './list-line';
import { ArchiveReader, type Ending } from './members';
import { isExcluded, Wanted } from './names';
import { Misuse, readArguments } from './options';
import { Report } from './report';
import { readSettings, type Settings } from './settings';
import { delayedFailure, unrecoverable } from './texts';
import { ArchiveWriter } from './writer';

const hint = "Try 'tar --help' or 'tar --usage' for more information.\n";
const usageStatus = 64;

type Env = Readonly<Record<string, string>>;

export const tar: Program = function* (sys, argv, env) {
  try {
    const args = readArguments(argv.slice(1));
    const first = args.find((arg) => arg.is === 'option' && ['help', 'usage', 'version'].includes(arg.option.name));
    if (first?.is === 'option') {
      yield* writeAll(sys, 1, { help, usage, version }[first.option.name] ?? '');
      return 0;
    }
    const accounts = yield* Accounts.load(sys);
    const settings = yield* readSettings(sys, args, accounts, env);
    return yield* run(sys, settings, accounts, env);
  } catch (error) {
    if (error instanceof UsageError || error instanceof Misuse) {
      yield* writeAll(sys, 2, `tar: ${error.message}\n${hint}`);
      return error instanceof Misuse ? error.status : usageStatus;
    }
    if (!(error instanceof Fatal)) throw error;
    yield* writeAll(sys, 2, `tar: ${error.message}\ntar: ${unrecoverable}\n`);
    return 2;
  }
};

function* run(sys: Sys, settings: Settings, accounts: Accounts, env: Env): Blocking<number> {
  const isCreating = settings.operation === 'create';
  // Where the archive or a content goes to standard output, names do not.
  const isTaken = isCreating ? settings.archive === '-' : settings.has('to-stdout');
  const report = new Report(sys, isTaken ? 2 : 1, env);
  const lines = new ListLines({
    areOwnersNumbers: settings.has('numeric-owner'),
    hasSeconds: settings.has('full-time'),
    zone: settings.has('utc') ? undefined : env.TZ,
    shown: (name) => report.shown(name),
  });
  try {
    if (isCreating) yield* create(sys, settings, accounts, report, lines, env);
    else yield* read(sys, settings, accounts, report, lines, env);
  } finally {
    yield* report.flush();
  }
  if (report.status === 2) yield* report.warn(delayedFailure);
  return report.status;
}

function* create(
  sys: Sys,
  settings: Settings,
  accounts: Accounts,
  report: Report,
  lines: ListLines,
  env: Env,
): Blocking<void> {
  if (!settings.items.some(({ is }) => is === 'name')) throw new Misuse('Cowardly refusing to create an empty archive');
  const archive = yield* ArchiveWriter.open(sys, settings, env);
  yield* new Creator(sys, settings, accounts, archive, report, lines).all();
  yield* archive.end();
}

function* read(
  sys: Sys,
  settings: Settings,
  accounts: Accounts,
  report: Report,
  lines: ListLines,
  env: Env,
): Blocking<void> {
  const archive = new ArchiveReader(sys, settings, env);
  yield* archive.open();
  for (const item of settings.items) if (item.is === 'directory') changeDirectory(sys, item.path);
  const isListing = settings.operation === 'list';
  const extractor = isListing ? null : new Extractor(sys, settings, accounts, report);
  const wanted = new Wanted(settings);
  const showing = new Showing(settings, report, lines, isListing);
  let isMeant = false;
  const ending = yield* archive.each(function* (event) {
    if (event.is === 'entry') {
      isMeant = wanted.has(event.entry.path) && !isExcluded(event.entry.path, settings.excluded);
      if (extractor && isMeant) isMeant = yield* extractor.admits(event.entry);
      if (!isMeant) return;
      yield* showing.show(event.entry, event.names);
      if (extractor) yield* extractor.begin(event.entry, event.names);
    } else if (isMeant && extractor) {
      if (event.is === 'data') yield* extractor.data(event.bytes);
      else if (event.is === 'hole') yield* extractor.hole(event.bytes);
      else extractor.end();
    }
  });
  // A program that could not unpack it has said why.
  if (ending === 'no archive') yield* archive.close();
  yield* tellEnding(ending, report, isListing);
  if (ending !== 'no archive') yield* archive.close();
  if (extractor) yield* extractor.finish();
  yield* tellMissing(wanted, report);
}

/** Names of members as they go by. */
class Showing {
  constructor(
    private readonly settings: Settings,
    private readonly report: Report,
    private readonly lines: ListLines,
    private readonly isListing: boolean,
  ) {}

  *show(entry: TarEntry, names: OwnerNames): Blocking<void> {
    const { report, settings } = this;
    const detail = settings.verbose + (this.isListing ? 1 : 0);
    if (detail === 0) return;
    if (this.isListing) yield* report.safe(entry.path, 'member names', settings.has('absolute-names'));
    if (detail === 1) return yield* report.line(report.shown(entry.path));
    const target =
      entry.type === 'link'
        ? yield* report.safe(entry.target, 'hard link targets', settings.has('absolute-names'))
        : entry.target;
    yield* report.line(this.lines.line({ ...entry, target }, names));
  }
}

/** Errors: `Fatal` for an archive that is cut off. */
function* tellEnding(ending: Ending, report: Report, isListing: boolean): Blocking<void> {
  if (ending === 'no archive') yield* report.fail('This does not look like a tar archive');
  if (ending === 'damaged') yield* report.fail('Skipping to next header');
  if (ending !== 'cut off') return;
  if (!isListing) yield* report.warn('Unexpected EOF in archive');
  throw new Fatal('Unexpected EOF in archive');
}

function* tellMissing(wanted: Wanted, report: Report): Blocking<void> {
  if (wanted.hasUnusedPattern) {
    yield* report.warn('Pattern matching characters used in file names');
    yield* report.warn('Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning');
  }
  for (const name of wanted.missing) yield* report.fail(`${report.shown(name)}: Not found in archive`);
}
