/** getcap(8): shows what files give to who runs them. */
import { type Blocking, isSysError, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat, strerror } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { type Command, makeCommand } from '../lib/command';
import { writeAll } from '../lib/io';
import { readCapabilities } from './file-capabilities';
import { toText } from './sets';

export const getcap = makeCommand({
  name: 'getcap',
  options: [{ short: 'n' }, { short: 'r' }, { short: 'v' }, { short: 'l', long: 'license' }],
  usage: `usage: getcap [-h] [-l] [-n] [-r] [-v] <filename> [<filename> ...]

	displays the capabilities on the queried file(s).
`,
  *run(command) {
    if (command.operands.length === 0) return yield* command.misuse();
    for (const path of command.operands) yield* visit(command, path, true);
  },
});

function* visit(command: Command, path: string, isOperand: boolean): Blocking<void> {
  const { sys } = command;
  let stat: Stat;
  try {
    stat = sys.lstat(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `${path} (${strerror(error.errno)})\n`);
    return;
  }
  const kind = stat.mode & S_IFMT;
  if (kind === S_IFDIR && command.has('r')) yield* below(command, path);
  if (kind === S_IFREG || (kind === S_IFLNK && isOperand)) yield* show(command, path);
}

function* below(command: Command, path: string): Blocking<void> {
  const names = namesIn(command, path);
  for (const name of names) yield* visit(command, `${path === '/' ? '' : path}/${name}`, false);
  yield* command.sys.checkpoint();
}

function namesIn({ sys }: Command, path: string): string[] {
  return orNull(() => sys.readdir(path).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]))) ?? [];
}

function* show(command: Command, path: string): Blocking<void> {
  let found: ReturnType<typeof readCapabilities>;
  try {
    found = readCapabilities(command.sys, path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(command.sys, 2, `Failed to get capabilities of file '${path}' (${strerror(error.errno)})\n`);
    return;
  }
  if (!found) {
    if (command.has('v')) yield* command.line(path);
    return;
  }
  const root = command.has('n') && found.rootId !== null && found.rootId > 0 ? ` [rootid=${found.rootId}]` : '';
  yield* command.line(`${path} ${toText(found)}${root}`);
}
