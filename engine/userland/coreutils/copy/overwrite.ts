/** What cp, mv and install do when something is there already: refuse, ask, keep a backup, take it away. */
import { type Blocking, type Stat, W_OK } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { permissionString } from '../../lib/mode';
import { isDirectory, isLink, isRegular } from '../../lib/stat';
import { Prompt } from '../common/prompt';
import type { Tool } from '../common/tool';
import { backupName } from './backup';
import { compareFiles, isSameName } from './same-file';
import type { CopySettings } from './settings';

export interface Overwriting {
  from: string;
  to: string;
  source: Stat;
  target: Stat;
  /** The target was made for another operand just now. */
  isJustCreated: boolean;
}

export type Verdict =
  /** Nothing is to be copied, and that is fine. */
  { kind: 'skip' } | { kind: 'failed' } | { kind: 'go-on'; backup: string | null };

const skip: Verdict = { kind: 'skip' };
const failed: Verdict = { kind: 'failed' };
const goOn: Verdict = { kind: 'go-on', backup: null };

export class Overwriter {
  readonly #prompt: Prompt;

  constructor(
    private readonly tool: Tool,
    private readonly settings: CopySettings,
  ) {
    this.#prompt = new Prompt(tool);
  }

  *decide(what: Overwriting): Blocking<Verdict> {
    const { tool, settings } = this;
    const { from, to, source, target } = what;
    const same = compareFiles(tool.sys, settings, from, source, to, target);
    if (same === 'done') return skip;
    if (same === 'refuse') {
      yield* tool.fail(`${tool.quote(from)} and ${tool.quote(to)} are the same file`);
      return failed;
    }
    if (settings.update && !isDirectory(source) && target.mtime >= source.mtime) return skip;
    if ((!isDirectory(source) || settings.move) && !(yield* this.#mayReplace(to, target))) return skip;
    const problem = this.#mismatch(what);
    if (problem !== null) {
      yield* tool.fail(problem);
      return failed;
    }
    return yield* this.#clear(what);
  }

  *#mayReplace(to: string, target: Stat): Blocking<boolean> {
    const { tool, settings } = this;
    if (settings.overwrite === 'no') return false;
    const asksByItself = settings.move && settings.overwrite === 'as-usual' && tool.sys.isatty(0);
    if (settings.overwrite !== 'ask' && !(asksByItself && !this.#isWritable(to, target))) return true;
    if (this.#isWritable(to, target)) return yield* this.#prompt.ask(`overwrite ${tool.quote(to)}? `);
    const octal = (target.mode & 0o7777).toString(8).padStart(4, '0');
    const letters = permissionString(target.mode);
    const isReplaced = settings.move || settings.removeDestination || settings.force;
    return yield* this.#prompt.ask(
      isReplaced
        ? `replace ${tool.quote(to)}, overriding mode ${octal} (${letters})? `
        : `unwritable ${tool.quote(to)} (mode ${octal}, ${letters}); try anyway? `,
    );
  }

  #isWritable(path: string, target: Stat): boolean {
    return isLink(target) || outcome(() => this.tool.sys.access(path, W_OK, { effective: true })) === undefined;
  }

  #mismatch({ from, to, source, target, isJustCreated }: Overwriting): string | null {
    const { tool, settings } = this;
    if (isDirectory(target) && !isDirectory(source)) {
      return `cannot overwrite directory ${tool.quote(to)} with non-directory`;
    }
    if (!isDirectory(target) && isDirectory(source) && !(settings.move && settings.backup !== 'none')) {
      return `cannot overwrite non-directory ${tool.quote(to)} with directory ${tool.quote(from)}`;
    }
    if (!isDirectory(target) && isJustCreated) {
      return `will not overwrite just-created ${tool.quote(to)} with ${tool.quote(from)}`;
    }
    return null;
  }

  /** Makes way, where opening or renaming will not do it. */
  *#clear({ from, to, source, target }: Overwriting): Blocking<Verdict> {
    const { tool, settings } = this;
    const { sys } = tool;
    if (settings.backup !== 'none' && !isDirectory(target)) {
      const backup = backupName(sys, to, settings.backup, settings.suffix);
      if (isSameName(sys, from, backup)) {
        const what = settings.move ? 'moved' : 'copied';
        yield* tool.fail(`backing up ${tool.quote(to)} might destroy source;  ${tool.quote(from)} not ${what}`);
        return failed;
      }
      const saved = yield* tool.try(`cannot backup ${tool.quote(to)}`, () => sys.rename(to, backup));
      return saved ? { kind: 'go-on', backup } : failed;
    }
    const breaksLinks = settings.preserve.links && target.nlink > 1;
    const isSpecial = settings.dereference === 'never' && !isRegular(source);
    if (isDirectory(target) || settings.move || !(settings.removeDestination || breaksLinks || isSpecial)) return goOn;
    if (!(yield* tool.try(`cannot remove ${tool.quote(to)}`, () => sys.unlink(to)))) return failed;
    if (settings.verbose) yield* tool.line(`removed ${tool.quote(to)}`);
    return goOn;
  }
}
