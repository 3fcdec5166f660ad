/** setfattr(1) of attr 2.5.1: sets and removes extended attributes of files. */
import { type Blocking, encode, isSysError } from '../../../kernel/sim';
import { type Command, makeCommand } from '../../lib/command';
import { attributeError, misuse } from './common';
import { decodeValue } from './encoding';

const synopsis = 'Usage: setfattr {-n name} [-v value] [-h] file...\n       setfattr {-x name} [-h] file...\n';

export const setfattr = makeCommand({
  name: 'setfattr',
  usage: `setfattr 2.5.1 -- set extended attributes
${synopsis}  -n NAME, --name=NAME     the attribute to set
  -x NAME, --remove=NAME   the attribute to remove
  -v VALUE, --value=VALUE  text, 0x with hexadecimal digits, or 0s with base64
  --raw                    the value as it is written
  -h, --no-dereference     of symbolic links themselves
`,
  version: 'setfattr 2.5.1',
  helpLetter: '',
  versionLetter: '',
  usageStatus: 2,
  options: [
    { short: 'n', long: 'name', value: 'required' },
    { short: 'x', long: 'remove', value: 'required' },
    { short: 'v', long: 'value', value: 'required' },
    { long: 'raw' },
    { short: 'h', long: 'no-dereference' },
  ],
  *run(command) {
    const [set, remove] = [command.value('name'), command.value('remove')];
    if ((set === null) === (remove === null) || command.operands.length === 0) return yield* misuse(command, synopsis);
    const given = command.value('value') ?? '';
    const value = command.has('raw') ? encode(given) : decodeValue(given);
    if (value === null) {
      yield* command.warn('bad input encoding');
      return 1;
    }
    for (const path of command.operands) {
      yield* change(command, path, (at) => {
        if (set !== null) command.sys.setxattr(path, set, value, 0, at);
        if (remove !== null) command.sys.removexattr(path, remove, at);
      });
    }
    return command.status;
  },
});

function* change(command: Command, path: string, work: (at: { noFollow: boolean }) => void): Blocking<void> {
  try {
    work({ noFollow: command.has('no-dereference') });
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* command.fail(`${path}: ${attributeError(error)}`);
  }
}
