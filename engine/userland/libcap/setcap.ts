/** setcap(8): lets a file give capabilities to who runs it. */
import { type Blocking, capabilityBit, isSysError, type Sys, strerror } from '../../kernel/sim';
import { type Command, makeCommand, Quit } from '../lib/command';
import { LineReader, writeAll } from '../lib/io';
import { isRegular } from '../lib/stat';
import { readCapabilities, removeCapabilities, writeCapabilities } from './file-capabilities';
import { type CapabilitySets, fromText, noCapabilities } from './sets';

const usage = `usage: setcap [-h] [-q] [-v] [-n <rootid>] (-r|-|<caps>) <filename> [ ... (-r|-|<capsN>) <filenameN> ]

 <filename> is a regular file, not a link.
 -r          takes its capabilities away
 -           reads them from standard input
 <capsN>     capabilities as cap_from_text(3) reads them
 -h          this text
 -q          say less
 -v          only compare
 -n <rootid> they count in a user namespace only
`;

export const setcap = makeCommand({
  name: 'setcap',
  // Options and files come mixed: all of it is read below.
  stopAtOperand: true,
  usage,
  helpLetter: '',
  rewrite: (args) => ['--', ...args],
  *run(command) {
    const rest = [...command.operands];
    if (rest.length === 0) return yield* command.misuse();
    const mode: Mode = { verify: false, rootId: null };
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
      if (arg === '-h') return yield* help(command);
      if (arg === '-q') continue;
      if (arg === '-v') mode.verify = true;
      else if (arg === '-n') mode.rootId = Number(rest.shift() ?? 0);
      else yield* change(command, arg, rest.shift(), mode);
    }
  },
});

function* help(command: Command): Blocking<number> {
  yield* command.out.write(usage);
  return 0;
}

interface Mode {
  verify: boolean;
  rootId: number | null;
}

function* change(command: Command, text: string, path: string | undefined, mode: Mode): Blocking<void> {
  const { sys } = command;
  if (path === undefined) throw new Quit(yield* command.misuse());
  const sets = text === '-r' ? null : fromText(text === '-' ? yield* readInput(sys) : text);
  if (text !== '-r' && sets === null) {
    yield* writeAll(sys, 2, 'fatal error: Invalid argument\n');
    throw new Quit(yield* command.misuse());
  }
  if (mode.verify) return yield* verify(command, path, sets ?? noCapabilities);
  yield* mustBeAble(sys);
  try {
    if (sets === null) removeCapabilities(sys, path);
    else {
      if (!isRegular(sys.lstat(path))) yield* refuse(sys, path, 'Invalid argument');
      writeCapabilities(sys, path, sets, mode.rootId);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    const words = sets === null ? 'Failed to remove capabilities on file' : 'Failed to set capabilities on file';
    yield* writeAll(sys, 2, `${words} '${path}': ${strerror(error.errno)}\n`);
    throw new Quit(1);
  }
}

function* refuse(sys: Sys, path: string, reason: string): Blocking<never> {
  yield* writeAll(sys, 2, `Failed to set capabilities on file '${path}': ${reason}\n`);
  yield* writeAll(
    sys,
    2,
    'The value of the capability argument is not permitted for a file. Or the file is not a regular (non-symlink) file\n',
  );
  throw new Quit(1);
}

function* mustBeAble(sys: Sys): Blocking<void> {
  const { effective, permitted, inheritable } = sys.capget();
  const needed = capabilityBit('setfcap');
  try {
    sys.capset({ effective: effective | needed, permitted, inheritable });
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `unable to set CAP_SETFCAP effective capability: ${strerror(error.errno)}\n`);
    throw new Quit(1);
  }
}

function* readInput(sys: Sys): Blocking<string> {
  return ((yield* new LineReader(sys, 0).next()) ?? '').trim();
}

function* verify(command: Command, path: string, wanted: CapabilitySets): Blocking<void> {
  const found = readCapabilities(command.sys, path) ?? noCapabilities;
  // A file has one flag for all that is effective.
  const effective = (sets: CapabilitySets) => (sets.effective === 0n ? 0n : sets.permitted | sets.inheritable);
  const different = [
    found.permitted !== wanted.permitted ? 'p' : '',
    found.inheritable !== wanted.inheritable ? 'i' : '',
    effective(found) !== effective(wanted) ? 'e' : '',
  ].join('');
  if (different === '') return yield* command.line(`${path}: OK`);
  yield* command.line(`${path} differs in [${different}]`);
  throw new Quit(1);
}
