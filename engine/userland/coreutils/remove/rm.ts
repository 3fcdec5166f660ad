/** rm: removes files and directories (rm(1)). */
import { type Blocking, isSysError, type Stat, W_OK } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { UsageError } from '../../lib/options';
import { baseName, joinPath, trimSlashes } from '../../lib/paths';
import { isDirectory, isLink, isSameDevice, isSameFile, kindName, lookUp, lookUpOrNull } from '../../lib/stat';
import { Prompt } from '../common/prompt';
import { chooseWord, makeTool, type Tool } from '../common/tool';
import { cannotRemove } from './remove-tree';

type Interactive = 'never' | 'once' | 'always' | 'sometimes';

const interactives: Readonly<Record<string, Interactive>> = {
  never: 'never',
  no: 'never',
  none: 'never',
  once: 'once',
  always: 'always',
  yes: 'always',
};

export const rm = makeTool({
  name: 'rm',
  options: [
    { short: 'f', long: 'force' },
    { short: 'i' },
    { short: 'I' },
    { long: 'interactive', value: 'optional' },
    { long: 'one-file-system' },
    { long: 'no-preserve-root' },
    { long: 'preserve-root', value: 'optional' },
    { short: 'r', long: 'recursive' },
    { short: 'R', as: 'recursive' },
    { short: 'd', long: 'dir' },
    { short: 'v', long: 'verbose' },
  ],
  help: `[OPTION]... [FILE]...
Remove the FILEs; directories only with -r or -d.

  -f, --force            never ask; what is not there is no failure
  -i                     ask before each         -I   ask once before many, or before -r
      --interactive[=WHEN]  never, once, always
      --one-file-system  with -r, stay on the filesystem of each FILE
      --no-preserve-root   do not treat '/' specially
      --preserve-root[=all]  do not remove '/' (default)
  -r, -R, --recursive    directories and what is in them
  -d, --dir              empty directories
  -v, --verbose          say what is removed`,
  *run(tool) {
    const interactive = readInteractive(tool);
    const isForced =
      tool.options.given.findLast(({ name }) => ['force', 'i', 'I', 'interactive'].includes(name))?.name === 'force';
    const { operands } = tool;
    if (operands.length === 0) {
      if (tool.has('force')) return;
      throw new UsageError('missing operand');
    }
    const isRecursive = tool.has('recursive');
    if (interactive === 'once' && (isRecursive || operands.length > 3)) {
      const many = `${operands.length} argument${operands.length === 1 ? '' : 's'}`;
      if (!(yield* new Prompt(tool).ask(`remove ${many}${isRecursive ? ' recursively' : ''}? `))) return;
    }
    const remover = new Remover(tool, interactive, isForced);
    for (const name of operands) yield* remover.removeOperand(name);
  },
});

function readInteractive(tool: Tool): Interactive {
  let result: Interactive = 'sometimes';
  for (const { name, value } of tool.options.given) {
    if (name === 'force') result = 'never';
    if (name === 'i') result = 'always';
    if (name === 'I') result = 'once';
    if (name === 'interactive')
      result = value === null ? 'always' : chooseWord(tool, value, '--interactive', interactives);
  }
  return result;
}

class Remover {
  readonly #prompt: Prompt;
  readonly #isTerminal: boolean;

  constructor(
    private readonly tool: Tool,
    private readonly interactive: Interactive,
    private readonly isForced: boolean,
  ) {
    this.#prompt = new Prompt(tool);
    this.#isTerminal = tool.sys.isatty(0);
  }

  *removeOperand(name: string): Blocking<void> {
    const { tool } = this;
    const stat = lookUp(tool.sys, name, false);
    if (typeof stat === 'string') {
      // unlink(2) finds the link first.
      if (name.endsWith('/') && lookUpOrNull(tool.sys, trimSlashes(name), false) !== null) {
        if (!this.isForced) yield* cannotRemove(tool, name, 'ENOTDIR');
        return;
      }
      if (this.isForced && (stat === 'ENOENT' || stat === 'ENOTDIR')) return;
      return yield* cannotRemove(tool, name, stat);
    }
    if (isDirectory(stat)) {
      if (!tool.has('recursive') && !tool.has('dir')) return yield* cannotRemove(tool, name, 'EISDIR');
      if (/(^|\/)\.\.?\/*$/.test(name)) {
        return yield* tool.fail(`refusing to remove '.' or '..' directory: skipping ${tool.quote(name)}`);
      }
      if (tool.has('recursive') && (yield* this.#isProtectedRoot(name, stat))) return;
    }
    yield* this.#remove(name, stat, stat);
  }

  *#isProtectedRoot(name: string, stat: Stat): Blocking<boolean> {
    const { tool } = this;
    const last = tool.options.given.findLast((option) => /preserve-root$/.test(option.name));
    if (last?.name === 'no-preserve-root') return false;
    const root = lookUpOrNull(tool.sys, '/', false);
    if (root !== null && isSameFile(root, stat)) {
      const same = baseName(name) === '/' && /^\/+$/.test(name) ? '' : ` (same as ${tool.quote('/')})`;
      yield* tool.fail(`it is dangerous to operate recursively on ${tool.quote(name)}${same}`);
      yield* tool.fail('use --no-preserve-root to override this failsafe');
      return true;
    }
    const parent = lookUpOrNull(tool.sys, joinPath(name, '..'), false);
    if (last?.value === 'all' && parent !== null && !isSameDevice(parent, stat)) {
      yield* tool.fail(`skipping ${tool.quote(name)}, since it's on a different device`);
      yield* tool.fail('and --preserve-root=all is in effect');
      return true;
    }
    return false;
  }

  /** True when it is gone. */
  *#remove(path: string, stat: Stat, operand: Stat): Blocking<boolean> {
    const { tool } = this;
    yield* tool.sys.checkpoint();
    if (!isDirectory(stat)) {
      if (!(yield* this.#mayRemove(path, stat))) return false;
      return yield* this.#finish(path, () => tool.sys.unlink(path), 'removed');
    }
    if (tool.has('one-file-system') && !isSameDevice(stat, operand)) {
      yield* tool.fail(`skipping ${tool.quote(path)}, since it's on a different device`);
      return false;
    }
    if (!tool.has('recursive')) {
      if (!(yield* this.#mayRemove(path, stat))) return false;
      return yield* this.#finish(path, () => tool.sys.rmdir(path), 'removed directory');
    }
    return yield* this.#removeDirectory(path, stat, operand);
  }

  *#removeDirectory(path: string, stat: Stat, operand: Stat): Blocking<boolean> {
    const { tool } = this;
    const found = outcome(() => tool.sys.readdir(path));
    if (typeof found === 'string') {
      // An empty directory that cannot be read can be removed all the same.
      if (
        found === 'EACCES' &&
        (yield* this.#mayRemove(path, stat)) &&
        outcome(() => tool.sys.rmdir(path)) === undefined
      )
        return true;
      yield* cannotRemove(tool, path, found);
      return false;
    }
    const entries = found.filter(({ name }) => name !== '.' && name !== '..');
    if (entries.length > 0 && !(yield* this.#mayDescend(path, stat))) return false;
    let isEmpty = true;
    for (const { name } of entries) {
      const child = joinPath(path, name);
      const childStat = lookUp(tool.sys, child, false);
      if (typeof childStat === 'string') {
        if (this.isForced && childStat === 'ENOENT') continue;
        yield* cannotRemove(tool, child, childStat);
        isEmpty = false;
      } else isEmpty = (yield* this.#remove(child, childStat, operand)) && isEmpty;
    }
    if (!isEmpty) return false;
    if (!(yield* this.#mayRemove(path, stat))) return false;
    return yield* this.#finish(path, () => tool.sys.rmdir(path), 'removed directory');
  }

  *#finish(path: string, work: () => void, done: string): Blocking<boolean> {
    const { tool } = this;
    try {
      work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (this.isForced && error.errno === 'ENOENT') return true;
      yield* cannotRemove(tool, path, error.errno);
      return false;
    }
    if (tool.has('verbose')) yield* tool.line(`${done} ${tool.quote(path)}`);
    return true;
  }

  #isProtected(path: string, stat: Stat): boolean {
    if (this.interactive === 'never' || isLink(stat)) return false;
    if (!this.#isTerminal && this.interactive !== 'always') return false;
    return outcome(() => this.tool.sys.access(path, W_OK, { effective: true })) !== undefined;
  }

  *#mayRemove(path: string, stat: Stat): Blocking<boolean> {
    const isProtected = this.#isProtected(path, stat);
    if (this.interactive !== 'always' && !isProtected) return true;
    const { tool } = this;
    const kind = isDirectory(stat) ? 'directory' : kindName(stat);
    return yield* this.#prompt.ask(`remove ${isProtected ? 'write-protected ' : ''}${kind} ${tool.quote(path)}? `);
  }

  *#mayDescend(path: string, stat: Stat): Blocking<boolean> {
    const isProtected = this.#isProtected(path, stat);
    if (this.interactive !== 'always' && !isProtected) return true;
    const { tool } = this;
    return yield* this.#prompt.ask(
      `descend into ${isProtected ? 'write-protected ' : ''}directory ${tool.quote(path)}? `,
    );
  }
}
