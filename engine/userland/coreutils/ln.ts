/** ln: makes links (ln(1)). */
import { type Blocking, isSysError, type strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import { UsageError } from '../lib/options';
import { baseName, dirName, joinPath, trimSlashes } from '../lib/paths';
import { canonicalPath } from '../lib/realpath';
import { isDirectory, isLink, isSameFile, lookUp, lookUpOrNull } from '../lib/stat';
import { Prompt } from './common/prompt';
import { relativePath } from './common/relative';
import { Fatal, makeTool, type Tool } from './common/tool';
import { backupName, backupOptions, readBackup } from './copy/backup';
import { isSameName } from './copy/same-file';
import { readTargets, type Targets } from './copy/targets';

export const ln = makeTool({
  name: 'ln',
  options: [
    ...backupOptions,
    { short: 'd', long: 'directory' },
    { short: 'F', as: 'directory' },
    { short: 'n', long: 'no-dereference' },
    { short: 'T', long: 'no-target-directory' },
    { short: 'f', long: 'force' },
    { short: 'i', long: 'interactive' },
    { short: 't', long: 'target-directory', value: 'required' },
    { short: 'L', long: 'logical' },
    { short: 'P', long: 'physical' },
    { short: 'r', long: 'relative' },
    { short: 's', long: 'symbolic' },
    { short: 'v', long: 'verbose' },
  ],
  help: `[OPTION]... [-T] TARGET LINK_NAME
  or:  ln [OPTION]... TARGET
  or:  ln [OPTION]... TARGET... DIRECTORY
  or:  ln [OPTION]... -t DIRECTORY TARGET...
Make LINK_NAME, or links in DIRECTORY or here, another name of TARGET.

  -b, --backup[=CONTROL], -S, --suffix=SUFFIX   keep backups of what is replaced
  -f, --force              replace what is there       -i, --interactive   ask before
  -L, --logical            follow TARGETs that are symbolic links
  -n, --no-dereference     a LINK_NAME that is a link to a directory is no directory
  -P, --physical           hard links to symbolic links themselves (default)
  -r, --relative           symbolic links relative to where they are
  -s, --symbolic           symbolic links
  -t, --target-directory=DIRECTORY   -T, --no-target-directory
  -v, --verbose            say what is linked`,
  *run(tool) {
    if (tool.has('relative') && !tool.has('symbolic')) {
      throw new Fatal('cannot do --relative without --symbolic');
    }
    const targets = linkTargets(tool);
    const linker = new Linker(tool);
    for (const target of targets.sources) {
      const base = baseName(target);
      const name = targets.directory === null ? targets.target : joinPath(targets.directory, base === '/' ? '' : base);
      yield* linker.link(target, name);
    }
  },
});

function linkTargets(tool: Tool): Targets {
  const { operands } = tool;
  const targetDirectory = tool.value('target-directory');
  const noTargetDirectory = tool.has('no-target-directory');
  if (operands.length === 0) throw new UsageError('missing file operand');
  if (noTargetDirectory && operands.length < 2 && targetDirectory === null) {
    throw new UsageError(`missing destination file operand after ${tool.quote(operands[0] ?? '')}`);
  }
  if (operands.length === 1 && targetDirectory === null) return { sources: operands, directory: '.', target: '.' };
  return readTargets(tool, { noTargetDirectory, targetDirectory, noFollow: tool.has('no-dereference') });
}

class Linker {
  readonly #prompt: Prompt;
  readonly #isSymbolic: boolean;
  readonly #isLogical: boolean;
  readonly #made = new Set<string>();

  constructor(private readonly tool: Tool) {
    this.#prompt = new Prompt(tool);
    this.#isSymbolic = tool.has('symbolic');
    this.#isLogical = tool.options.given.findLast(({ name }) => /^(logical|physical)$/.test(name))?.name === 'logical';
  }

  *link(target: string, name: string): Blocking<void> {
    const { tool } = this;
    const { sys } = tool;
    const source = this.#isSymbolic ? null : lookUp(sys, target, this.#isLogical);
    if (typeof source === 'string') return yield* tool.failWith(`failed to access ${tool.quote(target)}`, source);
    if (source !== null && isDirectory(source) && !tool.has('directory')) {
      return yield* tool.fail(`${tool.bare(target)}: hard link not allowed for directory`);
    }
    const text = this.#isSymbolic && tool.has('relative') ? this.#relative(target, name) : target;
    const { backup, suffix } = readBackup(tool);
    const replaces = tool.has('force') || tool.has('interactive') || backup !== 'none';
    let saved: string | null = null;
    const present = replaces ? lookUpOrNull(sys, name, false) : null;
    if (present !== null) {
      if (isDirectory(present)) return yield* tool.fail(`${tool.bare(name)}: cannot overwrite directory`);
      if (this.#made.has(name)) {
        return yield* tool.fail(`will not overwrite just-created ${tool.quote(name)} with ${tool.quote(target)}`);
      }
      if (!this.#isSymbolic || backup === 'none') {
        const own = lookUpOrNull(sys, target, !isLink(present));
        const isSame =
          own !== null && isSameFile(own, present) && (present.nlink === 1 || isSameName(sys, target, name));
        if (isSame && !(this.#isSymbolic && isLink(present))) {
          return yield* tool.fail(`${tool.quote(target)} and ${tool.quote(name)} are the same file`);
        }
      }
      const last = tool.options.given.findLast((option) => /^(force|interactive)$/.test(option.name))?.name;
      if (last === 'interactive' && !(yield* this.#prompt.ask(`replace ${tool.quote(name)}? `))) return;
      if (backup !== 'none') {
        const kept = backupName(sys, name, backup, suffix);
        if (!(yield* tool.try(`cannot backup ${tool.quote(name)}`, () => sys.rename(name, kept)))) return;
        saved = kept;
      } else if (!(yield* tool.try(`cannot remove ${tool.quote(name)}`, () => sys.unlink(name)))) return;
    }
    try {
      if (this.#isSymbolic) sys.symlink(text, name);
      else sys.link(target, name, { follow: this.#isLogical });
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* this.#failed(target, name, error.errno);
    }
    this.#made.add(name);
    if (!tool.has('verbose')) return;
    const before = saved === null ? '' : `${tool.quote(saved)} ~ `;
    yield* tool.line(`${before}${tool.quote(name)} ${this.#isSymbolic ? '->' : '=>'} ${tool.quote(text)}`);
  }

  *#failed(target: string, name: string, errno: Parameters<typeof strerror>[0]): Blocking<void> {
    const { tool } = this;
    const named = errno === 'EEXIST' || errno === 'EDQUOT' || errno === 'ENOSPC' || errno === 'EROFS';
    const kind = this.#isSymbolic ? 'symbolic' : 'hard';
    const brief = this.#isSymbolic ? errno !== 'ENAMETOOLONG' && target !== '' : named;
    const arrow = this.#isSymbolic ? '->' : '=>';
    const what = brief ? tool.quote(name) : `${tool.quote(name)} ${arrow} ${tool.quote(target)}`;
    yield* tool.failWith(`failed to create ${kind} link ${what}`, errno);
  }

  #relative(target: string, name: string): string {
    const { sys } = this.tool;
    const directory = outcome(() => canonicalPath(sys, dirName(trimSlashes(name)), 'nothing'));
    const real = outcome(() => canonicalPath(sys, target, 'nothing'));
    const isPath = (text: string) => text.startsWith('/');
    return isPath(directory) && isPath(real) ? relativePath(real, directory) : target;
  }
}
