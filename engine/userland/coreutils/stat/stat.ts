/** stat: all there is to know about files and filesystems (stat(1)). */
import { type Blocking, isSysError, S_IFBLK, S_IFCHR, S_IFMT, type Stat } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { readMounts } from '../../lib/mountinfo';
import { UsageError } from '../../lib/options';
import { type QuotingStyle, quoteArg, quotingStyles } from '../../lib/quote';
import { isLink } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { letterEscape } from '../common/escapes';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { filesystemValue, fileValue, formatValue, type Value } from './format';

const usual = {
  head: '  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n',
  device: 'Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n',
  plain: 'Device: %Hd,%Ld\tInode: %-10i  Links: %h\n',
  tail: 'Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n',
};
const terse = '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n';
const usualFilesystem =
  '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\n' +
  'Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n';
const terseFilesystem = '%n %i %l %t %s %S %b %f %a %c %d\n';

const cacheModes = { default: 'default', never: 'never', always: 'always' } as const;

export const stat = makeTool({
  name: 'stat',
  options: [
    { short: 'L', long: 'dereference' },
    { short: 'f', long: 'file-system' },
    { long: 'cached', value: 'required' },
    { short: 'c', long: 'format', value: 'required' },
    { long: 'printf', value: 'required' },
    { short: 't', long: 'terse' },
  ],
  help: `[OPTION]... FILE...
Print what the kernel knows about files, or about filesystems.

  -L, --dereference     follow links
  -f, --file-system     about the filesystem each FILE is in
      --cached=MODE     always, never, default
  -c, --format=FORMAT   only what FORMAT says, with a newline
      --printf=FORMAT   the same with backslash escapes and without newline
  -t, --terse           on one line

Directives for files: %a %A mode, %b %B blocks, %d %D %Hd %Ld device, %f raw mode, %F type, %g %G group,
%h links, %i inode, %m mount point, %n %N name, %o block size, %s size, %t %T %r %R %Hr %Lr device type,
%u %U owner, %w %W birth, %x %X access, %y %Y modification, %z %Z change
For filesystems: %a %b %c %d %f %i %l %n %s %S %t %T`,
  *run(tool) {
    if (tool.value('cached') !== null) chooseWord(tool, tool.value('cached') ?? '', '--cached', cacheModes);
    if (tool.operands.length === 0) throw new UsageError('missing operand');
    const printer = new StatPrinter(tool, yield* Accounts.load(tool.sys));
    for (const name of tool.operands) {
      if (tool.has('file-system')) yield* printer.filesystem(name);
      else yield* printer.file(name);
    }
  },
});

class StatPrinter {
  readonly #format: string | null;
  readonly #hasEscapes: boolean;

  constructor(
    private readonly tool: Tool,
    private readonly accounts: Accounts,
  ) {
    const last = tool.options.given.findLast(({ name }) => name === 'format' || name === 'printf');
    this.#hasEscapes = last?.name === 'printf';
    this.#format = last ? `${last.value ?? ''}${this.#hasEscapes ? '' : '\n'}` : null;
  }

  *file(name: string): Blocking<void> {
    const { tool } = this;
    const { sys } = tool;
    const found = outcome(() => (name === '-' ? sys.fstat(0) : sys.stat(name, { noFollow: !tool.has('dereference') })));
    if (typeof found === 'string') {
      const text = name === '-' ? 'cannot stat standard input' : `cannot statx ${tool.quote(name)}`;
      return yield* tool.failWith(text, found);
    }
    const format = this.#format ?? (tool.has('terse') ? terse : usualFormat(found));
    const mountPoint = format.includes('%') && /%[^%]*m/.test(format) ? yield* this.#mountPoint(name, found) : '?';
    const style = this.#format === null ? 'literal' : namedStyle(tool.env.QUOTING_STYLE);
    const quote = (text: string) => quoteArg(text, style, { utf8: tool.utf8 });
    const target = isLink(found) ? outcome(() => ({ text: sys.readlink(name) })) : null;
    const quoted = quote(name) + (target === null || typeof target === 'string' ? '' : ` -> ${quote(target.text)}`);
    const facts = { name, stat: found, accounts: this.accounts, quoted, mountPoint: () => mountPoint };
    yield* this.#print(format, (directive) => fileValue(directive, facts), ['H', 'L'], name);
  }

  *filesystem(name: string): Blocking<void> {
    const { tool } = this;
    const found = outcome(() => ({ fs: tool.sys.statfs(name), stat: tool.sys.stat(name) }));
    if (typeof found === 'string') {
      return yield* tool.failWith(`cannot read file system information for ${tool.quote(name)}`, found);
    }
    const { major, minor } = found.stat.dev;
    const facts = { name, stat: found.fs, id: (minor * 2 ** 32 + major).toString(16) };
    const format = this.#format ?? (tool.has('terse') ? terseFilesystem : usualFilesystem);
    yield* this.#print(format, (directive) => filesystemValue(directive, facts), [], name);
  }

  *#mountPoint(name: string, stat: Stat): Blocking<string> {
    const { sys } = this.tool;
    const mounts = yield* readMounts(sys);
    try {
      const id = sys.mountId(name, { noFollow: isLink(stat) });
      return mounts.find((mount) => mount.id === id)?.target ?? '?';
    } catch (error) {
      if (!isSysError(error)) throw error;
      return '?';
    }
  }

  *#print(format: string, valueFor: (directive: string) => Value, prefixes: string[], name: string): Blocking<void> {
    const { tool } = this;
    let rest = format;
    while (rest !== '') {
      const directive = /^%([-+ #0']*)(\d*)(?:\.(\d*))?([HL]?)(.?)/s.exec(rest);
      if (directive) {
        rest = rest.slice(directive[0].length);
        yield* tool.write(yield* this.#directive(directive, valueFor, prefixes, name));
        continue;
      }
      const sequence = this.#hasEscapes ? /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.?))/s.exec(rest) : null;
      if (sequence) {
        rest = rest.slice(sequence[0].length);
        yield* tool.write(yield* this.#escape(sequence));
        continue;
      }
      const end = rest.slice(1).search(/[%\\]/);
      const plain = end < 0 ? rest : rest.slice(0, end + 1);
      rest = rest.slice(plain.length);
      yield* tool.write(plain);
    }
  }

  *#directive(
    match: RegExpExecArray,
    valueFor: (directive: string) => Value,
    prefixes: string[],
    name: string,
  ): Blocking<string> {
    const { tool } = this;
    const [all = '', flags = '', width = '', precision, prefix = '', letter = ''] = match;
    if (letter === '%' && all === '%%') return '%';
    if (letter === '' && all.length > 1) throw new Fatal(`${tool.word(all)}: invalid directive`);
    if (letter === '' || letter === '\n') return prefix === '' ? `%${letter}` : `?${letter}`;
    if (letter === 'C' && prefixes.length > 0) {
      yield* tool.fail(`failed to get security context of ${tool.quote(name)}: No data available`);
      return formatValue('?', flags, Number(width), null);
    }
    const known = prefix === '' || prefixes.includes(prefix) ? valueFor(prefix + letter) : null;
    if (known === null && prefix !== '') return `?${letter}`;
    const digits = precision === undefined ? null : precision === '' ? 9 : Number(precision);
    const isTime = known !== null && typeof known === 'object' && 'time' in known;
    return formatValue(known, flags, Number(width), precision === '' && !isTime ? 0 : digits);
  }

  *#escape([, hex, octal, letter = '']: RegExpExecArray): Blocking<string | Uint8Array> {
    if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16));
    if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8) & 0xff);
    const text = letter === '"' ? letter : letterEscape(letter);
    if (text !== undefined) return text;
    const { tool } = this;
    if (letter === '') yield* tool.warn('warning: backslash at end of format');
    else yield* tool.warn(`warning: unrecognized escape '\\${letter}'`);
    return letter === '' ? '\\' : letter;
  }
}

function usualFormat({ mode }: Stat): string {
  const isDevice = [S_IFCHR, S_IFBLK].includes(mode & S_IFMT);
  return usual.head + (isDevice ? usual.device : usual.plain) + usual.tail;
}

function namedStyle(name: string | undefined): QuotingStyle {
  return quotingStyles.find((style) => style === name) ?? 'shell-escape-always';
}
