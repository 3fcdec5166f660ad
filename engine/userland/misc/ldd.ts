/** ldd(1): the shared libraries a program wants. What a simulated program says of itself is its loader. */
import { type Blocking, isSysError, readImage, type Sys } from '../../kernel/sim';
import { makeCommand } from '../lib/command';
import { writeAll } from '../lib/io';

const usage = `Usage: ldd [OPTION]... FILE...
      --help      this text
      --version   the version
  -d, --data-relocs, -r, --function-relocs, -u, --unused, -v, --verbose   more about each
`;

export const ldd = makeCommand({
  name: 'ldd',
  options: [
    { short: 'd', long: 'data-relocs' },
    { short: 'r', long: 'function-relocs' },
    { short: 'u', long: 'unused' },
    { short: 'v', long: 'verbose' },
  ],
  usage,
  version: 'ldd (Debian GLIBC 2.36-9+deb12u14) 2.36',
  helpLetter: '',
  versionLetter: '',
  afterMistake: 'hint',
  *run(command) {
    const { sys, operands } = command;
    if (operands.length === 0) {
      yield* writeAll(sys, 2, "ldd: missing file arguments\nTry `ldd --help' for more information.\n");
      return 1;
    }
    for (const operand of operands) {
      if (operands.length > 1) yield* command.line(`${operand}:`);
      const path = operand.includes('/') ? operand : `./${operand}`;
      const loader = yield* loaderOf(sys, path);
      if (loader === 'missing') yield* command.fail(`${path}: No such file or directory`);
      else if (loader === null) {
        yield* writeAll(sys, operands.length > 1 ? 1 : 2, '\tnot a dynamic executable\n');
        command.status = 1;
      } else {
        yield* command.line('\tlinux-vdso.so.1 (0x00007ffd5adf0000)');
        yield* command.line('\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1c2d400000)');
        yield* command.line(`\t${loader} (0x00007f1c2d600000)`);
      }
    }
  },
});

function* loaderOf(sys: Sys, path: string): Blocking<string | null> {
  try {
    const fd = yield* sys.open(path, 0);
    const image = readImage(yield* sys.read(fd, 256));
    sys.close(fd);
    return image?.interpreter ?? null;
  } catch (error) {
    if (isSysError(error, 'ENOENT', 'ENOTDIR')) return 'missing';
    if (isSysError(error)) return null;
    throw error;
  }
}
