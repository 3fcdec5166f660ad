/** mkfifo and mknod: named pipes and device files (mkfifo(1), mknod(1)). */
import { bare, S_IFBLK, S_IFCHR, S_IFIFO, type Sys, strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import type { ModeChanges } from '../lib/mode';
import { type OptionSpec, UsageError } from '../lib/options';
import { warnOfContext } from './common/context';
import { modeOfNew, requestedMode } from './common/make-mode';
import { expectOperands, extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

const options: readonly OptionSpec[] = [
  { short: 'm', long: 'mode', value: 'required' },
  { short: 'Z', as: 'context' },
  { long: 'context', value: 'optional' },
];

export const mkfifo = makeTool({
  name: 'mkfifo',
  options,
  help: `[OPTION]... NAME...
Make named pipes.

  -m, --mode=MODE    permissions, as for chmod`,
  *run(tool) {
    const names = expectOperands(tool, 1);
    yield* warnOfContext(tool, 'SELinux/SMACK');
    const changes = plainMode(tool);
    for (const name of names) {
      const errno = outcome(() => make(tool.sys, name, S_IFIFO, changes));
      if (errno !== undefined) yield* tool.failWith(`cannot create fifo ${tool.quote(name)}`, errno);
    }
  },
});

export const mknod = makeTool({
  name: 'mknod',
  options,
  help: `[OPTION]... NAME TYPE [MAJOR MINOR]
Make the special file NAME. TYPE is b (block device), c or u (character device), or p (pipe).

  -m, --mode=MODE    permissions, as for chmod`,
  *run(tool) {
    const [, type] = tool.operands;
    const isPipe = type?.startsWith('p') ?? false;
    const expected = isPipe ? 2 : 4;
    const given = tool.operands.length;
    if (given < (given >= 1 && isPipe ? 2 : given < 2 ? 2 : 4)) {
      const last = tool.operands.at(-1);
      if (last === undefined) throw new UsageError('missing operand');
      const hint = given === 2 ? '\nSpecial files require major and minor device numbers.' : '';
      throw new UsageError(`missing operand after ${tool.word(last)}${hint}`);
    }
    if (given > expected) {
      const error = extraOperand(tool, tool.operands[expected] ?? '');
      const hint = expected === 2 && given === 4 ? '\nFifos do not have major and minor device numbers.' : '';
      throw hint === '' ? error : new UsageError(error.message + hint);
    }
    yield* warnOfContext(tool, 'SELinux/SMACK');
    const changes = plainMode(tool);
    const [name = '', , major = '', minor = ''] = tool.operands;
    const kind = kinds[type?.[0] ?? ''];
    if (kind === undefined) throw new UsageError(`invalid device type ${tool.word(type ?? '')}`);
    const device = isPipe
      ? undefined
      : { major: deviceNumber(tool, major, 'major'), minor: deviceNumber(tool, minor, 'minor') };
    const errno = outcome(() => make(tool.sys, name, kind, changes, device));
    if (errno !== undefined) throw new Fatal(`${tool.bare(name)}: ${strerror(errno)}`);
  },
});

const kinds: Readonly<Record<string, number>> = bare({ b: S_IFBLK, c: S_IFCHR, u: S_IFCHR, p: S_IFIFO });

function plainMode(tool: Tool): ModeChanges | null {
  const changes = requestedMode(tool, false);
  if (changes !== null && modeOfNew(tool.sys, changes, 0o666) > 0o777) {
    throw new Fatal('mode must specify only file permission bits');
  }
  return changes;
}

function make(
  sys: Sys,
  name: string,
  type: number,
  changes: ModeChanges | null,
  device?: { major: number; minor: number },
): void {
  const mode = modeOfNew(sys, changes, 0o666);
  sys.mknod(name, type | mode, device);
  if (changes !== null) sys.chmod(name, mode);
}

function deviceNumber(tool: Tool, text: string, which: string): number {
  const value = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(text) ? Number(text.replace(/^0(?=[0-7])/, '0o')) : -1;
  if (value < 0 || value > 0xffffffff) throw new Fatal(`invalid ${which} device number ${tool.word(text)}`);
  return value;
}
