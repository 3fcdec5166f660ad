/** chmod: changes permissions (chmod(1)). */
import { type Blocking, isSysError, S_IFDIR, strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import { applyMode, type ModeChanges, parseMode, permissionString } from '../lib/mode';
import { UsageError } from '../lib/options';
import { joinPath } from '../lib/paths';
import { isDirectory, isLink, lookUp, lookUpOrNull } from '../lib/stat';
import { currentUmask } from './common/make-mode';
import { refuseRoot, rootOptions } from './common/preserve-root';
import { Fatal, makeTool, type Tool } from './common/tool';

export const chmod = makeTool({
  name: 'chmod',
  options: [
    { short: 'c', long: 'changes' },
    { short: 'R', long: 'recursive' },
    ...rootOptions,
    { short: 'f', long: 'quiet' },
    { long: 'silent', as: 'quiet' },
    { short: 'v', long: 'verbose' },
    { long: 'reference', value: 'required' },
  ],
  rewrite: keepModes,
  help: `[OPTION]... MODE[,MODE]... FILE...
  or:  chmod [OPTION]... OCTAL-MODE FILE...
  or:  chmod [OPTION]... --reference=RFILE FILE...
Change the permissions of each FILE. MODE is of the form [ugoa]*([-+=]([rwxXst]*|[ugo]))+ or octal.

  -c, --changes            say what changed            -v, --verbose   say what is done
  -f, --silent, --quiet    few messages
      --no-preserve-root, --preserve-root   whether '/' is treated specially with -R
      --reference=RFILE    the mode of RFILE
  -R, --recursive          directories and what is in them`,
  *run(tool) {
    const reference = tool.value('reference');
    const operands = [...tool.operands];
    const text = reference === null ? operands.shift() : undefined;
    if (reference === null && text === undefined) throw new UsageError('missing operand');
    if (operands.length === 0) {
      throw new UsageError(text === undefined ? 'missing operand' : `missing operand after ${tool.word(text)}`);
    }
    const changes = reference === null ? parseMode(text ?? '') : modeOf(tool, reference);
    if (changes === null) throw new UsageError(`invalid mode: ${tool.word(text ?? '')}`);
    const changer = new ModeChanger(tool, changes, text?.startsWith('-') ?? false);
    for (const name of operands) {
      if (tool.has('recursive') && (yield* refuseRoot(tool, name))) continue;
      yield* changer.change(name, true);
    }
  },
});

/** `-w` and `-rx` are modes, not options. */
function keepModes(args: readonly string[]): string[] {
  const at = args.findIndex((arg) => /^-[rwxXstugoa,+=0-7]/.test(arg) && !/^-R/.test(arg));
  const end = args.indexOf('--');
  if (at < 0 || (end >= 0 && end < at)) return [...args];
  const others = args.toSpliced(at, 1).filter((arg) => arg !== '--');
  const isOption = (arg: string) => /^-./.test(arg);
  return [...others.filter(isOption), '--', args[at] ?? '', ...others.filter((arg) => !isOption(arg))];
}

function modeOf(tool: Tool, name: string): ModeChanges | null {
  try {
    return parseMode((tool.sys.stat(name).mode & 0o7777).toString(8).padStart(5, '0'));
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to get attributes of ${tool.quote(name)}: ${strerror(error.errno)}`);
  }
}

class ModeChanger {
  readonly #umask: number;

  constructor(
    private readonly tool: Tool,
    private readonly changes: ModeChanges,
    /** `-x` may be taken for an option: what the umask held back is told. */
    private readonly looksLikeOption: boolean,
  ) {
    this.#umask = currentUmask(tool.sys);
  }

  *change(path: string, isOperand: boolean): Blocking<void> {
    const { tool } = this;
    const found = lookUp(tool.sys, path, isOperand);
    if (typeof found === 'string') return yield* this.#missing(path, found);
    if (!isOperand && isLink(found)) {
      if (tool.has('verbose'))
        yield* tool.line(`neither symbolic link ${tool.quote(path)} nor referent has been changed`);
      return;
    }
    yield* tool.sys.checkpoint();
    yield* this.#apply(path, found.mode);
    if (!tool.has('recursive') || !isDirectory(found)) return;
    if (isOperand && isLink(lookUpOrNull(tool.sys, path, false) ?? found)) return;
    const names = outcome(() => tool.sys.readdir(path));
    if (typeof names === 'string') {
      if (!tool.has('quiet')) yield* tool.failWith(`cannot read directory ${tool.quote(path)}`, names);
      else tool.status = 1;
      return;
    }
    for (const { name } of names) if (name !== '.' && name !== '..') yield* this.change(joinPath(path, name), false);
  }

  *#missing(path: string, errno: Parameters<typeof strerror>[0]): Blocking<void> {
    const { tool } = this;
    tool.status = 1;
    const link = errno === 'ENOENT' ? lookUpOrNull(tool.sys, path, false) : null;
    if (!tool.has('quiet')) {
      if (link !== null && isLink(link)) yield* tool.fail(`cannot operate on dangling symlink ${tool.quote(path)}`);
      else yield* tool.failWith(`cannot access ${tool.quote(path)}`, errno);
    }
    if (tool.has('verbose')) yield* tool.line(`${tool.quote(path)} could not be accessed`);
  }

  *#apply(path: string, mode: number): Blocking<void> {
    const { tool } = this;
    const [before, after] = [mode & 0o7777, applyMode(this.changes, mode, this.#umask)];
    const errno = outcome(() => tool.sys.chmod(path, after));
    if (errno !== undefined) {
      tool.status = 1;
      if (!tool.has('quiet')) yield* tool.failWith(`changing permissions of ${tool.quote(path)}`, errno);
      if (tool.has('verbose')) {
        yield* tool.line(`failed to change mode of ${tool.quote(path)} from ${modeText(before)} to ${modeText(after)}`);
      }
      return;
    }
    const actual = (lookUpOrNull(tool.sys, path)?.mode ?? after) & 0o7777;
    if (actual !== before) {
      if (tool.has('verbose') || tool.has('changes')) {
        yield* tool.line(`mode of ${tool.quote(path)} changed from ${modeText(before)} to ${modeText(actual)}`);
      }
    } else if (tool.has('verbose')) {
      yield* tool.line(`mode of ${tool.quote(path)} retained as ${modeText(actual)}`);
    }
    if (this.looksLikeOption) yield* this.#explain(path, mode, actual);
  }

  *#explain(path: string, mode: number, actual: number): Blocking<void> {
    const { tool } = this;
    const naive = applyMode(this.changes, mode, 0) & 0o7777;
    if ((actual & ~naive) === 0) return;
    const [is, should] = [permissionString(actual), permissionString(naive)];
    yield* tool.fail(`${tool.bare(path)}: new permissions are ${is}, not ${should}`);
  }
}

function modeText(mode: number): string {
  return `${mode.toString(8).padStart(4, '0')} (${permissionString(mode | S_IFDIR)})`;
}
