/** Copying and moving of files and trees, as cp, mv and install share it. */
import { type Blocking, type Errno, RENAME_NOREPLACE, type Stat } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { joinPath } from '../../lib/paths';
import { fileKey, isDirectory, isLink, isRegular, isSameDevice, lookUp, lookUpOrNull } from '../../lib/stat';
import type { Tool } from '../common/tool';
import { removeTree } from '../remove/remove-tree';
import { setAttributes } from './attributes';
import { backupName } from './backup';
import { Maker } from './maker';
import { Overwriter } from './overwrite';
import { isSameName } from './same-file';
import type { CopySettings } from './settings';

interface Job {
  from: string;
  to: string;
  isOperand: boolean;
  /** Nothing is at `to` for certain. */
  isNew: boolean;
  /** The operand this belongs to, for its device; null for the operand itself. */
  operand: Stat | null;
}

type Step = 'go-on' | 'done' | 'failed';

export class Copier {
  readonly #overwriter: Overwriter;
  readonly #maker: Maker;
  /** Copies by their original, for hard links; and directories that are being copied or were made. */
  readonly #copies = new Map<string, string>();
  /** Originals of the command line, and targets made for them. */
  readonly #sources = new Map<string, Set<string>>();
  readonly #targets = new Set<string>();
  #operand = { from: '', to: '' };
  /** The first directory made for an operand is known, in case the operand holds it. */
  #hasMadeFirst = false;
  #isIntoItself = false;
  /** The operand could not be renamed and was copied: the original has to go. */
  #isCopied = false;

  constructor(
    private readonly tool: Tool,
    private readonly settings: CopySettings,
  ) {
    this.#overwriter = new Overwriter(tool, settings);
    this.#maker = new Maker(tool, settings);
  }

  /** One operand to its place. False when something failed. */
  *copy(from: string, to: string): Blocking<boolean> {
    const { tool, settings } = this;
    this.#operand = { from, to };
    this.#hasMadeFirst = false;
    this.#isIntoItself = false;
    this.#isCopied = false;
    if (settings.force && settings.backup !== 'none' && from === to && lookUpOrNull(tool.sys, to) !== null) {
      const kept = backupName(tool.sys, to, settings.backup, settings.suffix);
      return yield* new Copier(tool, { ...settings, backup: 'none' }).copy(from, kept);
    }
    const isFine = yield* this.#copy({ from, to, isOperand: true, isNew: false, operand: null });
    if (!isFine || !this.#isCopied) return isFine;
    return yield* removeTree(tool, from, { verbose: settings.verbose });
  }

  *#copy(job: Job): Blocking<boolean> {
    const { tool, settings } = this;
    const { from, to, isOperand } = job;
    yield* tool.sys.checkpoint();
    const follows = settings.dereference === 'always' || (settings.dereference === 'command-line' && isOperand);
    const source = lookUp(tool.sys, from, follows);
    if (typeof source === 'string') return yield* this.#fails(`cannot stat ${tool.quote(from)}`, source);
    if (isDirectory(source) && !settings.recursive) {
      const why = settings.program === 'install' ? 'omitting directory' : '-r not specified; omitting directory';
      yield* tool.fail(`${why} ${tool.quote(from)}`);
      return false;
    }
    if (isOperand && !isDirectory(source) && this.#wasGiven(source, from)) {
      yield* tool.warn(`warning: source file ${tool.quote(from)} specified more than once`);
      return true;
    }
    const followsTarget = !this.#looksAtLink(source);
    const found = job.isNew ? 'ENOENT' : lookUp(tool.sys, to, followsTarget);
    let backup: string | null = null;
    if (typeof found !== 'string') {
      const isJustCreated = isOperand && this.#targets.has(to);
      const verdict = yield* this.#overwriter.decide({ from, to, source, target: found, isJustCreated });
      if (verdict.kind !== 'go-on') return verdict.kind === 'skip';
      backup = verdict.backup;
    } else if (found !== 'ENOENT' && !(found === 'ELOOP' && settings.force)) {
      return yield* this.#fails(`cannot stat ${tool.quote(to)}`, found);
    }
    const target = typeof found === 'string' ? null : lookUpOrNull(tool.sys, to, followsTarget);
    if (isOperand) this.#targets.add(to);
    if (settings.verbose && !settings.move && !isDirectory(source)) yield* this.#announce(from, to, backup);
    const linked = yield* this.#linkToEarlier(job, source, target);
    if (linked !== 'go-on') return linked === 'done';
    if (!settings.move) return yield* this.#make(job, source, target);
    // What is in a directory that could not be renamed is copied, too, without trying.
    if (isOperand) {
      const moved = yield* this.#rename(job, target, backup);
      if (moved !== 'go-on') return moved === 'done';
      this.#isCopied = true;
    }
    return yield* this.#make(job, source, null);
  }

  /** Whether a link at the target is meant itself. */
  #looksAtLink(source: Stat): boolean {
    const { settings } = this;
    const isSpecial = !isRegular(source) && (!settings.copyContents || isDirectory(source) || isLink(source));
    const replaces = settings.backup !== 'none' || settings.removeDestination;
    return isSpecial || settings.move || settings.symbolicLinks || settings.hardLinks || replaces;
  }

  #wasGiven(source: Stat, from: string): boolean {
    if (this.settings.backup !== 'none') return false;
    const key = fileKey(source);
    const names = this.#sources.get(key) ?? new Set();
    const was = names.has(from);
    this.#sources.set(key, names.add(from));
    return was;
  }

  *#fails(text: string, errno: Errno): Blocking<false> {
    yield* this.tool.failWith(text, errno);
    return false;
  }

  *#announce(from: string, to: string, backup: string | null = null): Blocking<void> {
    yield* this.tool.line(`${this.settings.move ? 'copied ' : ''}${this.#arrow(from, to, backup)}`);
  }

  #arrow(from: string, to: string, backup: string | null): string {
    const { tool } = this;
    const saved = backup === null ? '' : ` (backup: ${tool.quote(backup)})`;
    return `${tool.quote(from)} -> ${tool.quote(to)}${saved}`;
  }

  /** A second name of what is copied already; or a directory that is met again. */
  *#linkToEarlier(job: Job, source: Stat, target: Stat | null): Blocking<Step> {
    const { tool, settings } = this;
    const { to, isOperand } = job;
    const key = fileKey(source);
    if (isDirectory(source)) return yield* this.#meetDirectory(job, key);
    const isFollowed = settings.dereference === 'always' || (isOperand && settings.dereference === 'command-line');
    if (!settings.preserve.links || settings.hardLinks || !(source.nlink > 1 || isFollowed)) return 'go-on';
    const earlier = this.#copies.get(key);
    if (earlier === undefined) {
      this.#copies.set(key, to);
      return 'go-on';
    }
    if (target !== null && outcome(() => tool.sys.unlink(to)) !== undefined) return 'go-on';
    const linked = yield* tool.try(`cannot create hard link ${tool.quote(to)} to ${tool.quote(earlier)}`, () =>
      tool.sys.link(earlier, to),
    );
    if (!linked) return 'failed';
    this.#isCopied ||= settings.move;
    return 'done';
  }

  *#meetDirectory({ from, to, isOperand }: Job, key: string): Blocking<Step> {
    const { tool, settings } = this;
    const earlier = this.#copies.get(key);
    if (isOperand && earlier === undefined) this.#copies.set(key, to);
    if (earlier === undefined) return 'go-on';
    const { sys } = tool;
    const operand = this.#operand;
    if (isSameName(sys, from, earlier)) {
      yield* tool.fail(`cannot copy a directory, ${tool.quote(operand.from)}, into itself, ${tool.quote(operand.to)}`);
      this.#isIntoItself = true;
      return 'failed';
    }
    if (isSameName(sys, to, earlier)) {
      yield* tool.warn(`warning: source directory ${tool.quote(operand.from)} specified more than once`);
      return 'done';
    }
    if (settings.dereference === 'always' || (isOperand && settings.dereference === 'command-line')) return 'go-on';
    yield* tool.fail(`will not create hard link ${tool.quote(operand.to)} to directory ${tool.quote(earlier)}`);
    return 'failed';
  }

  *#rename({ from, to }: Job, target: Stat | null, backup: string | null): Blocking<Step> {
    const { tool, settings } = this;
    const { sys } = tool;
    const errno = outcome(() => sys.rename(from, to, target === null ? RENAME_NOREPLACE : 0));
    if (errno === undefined) {
      if (settings.verbose) yield* tool.line(`renamed ${this.#arrow(from, to, backup)}`);
      return 'done';
    }
    if (errno === 'EINVAL') {
      yield* tool.fail(`cannot move ${tool.quote(from)} to a subdirectory of itself, ${tool.quote(to)}`);
      return 'failed';
    }
    if (errno !== 'EXDEV') {
      yield* tool.failWith(`cannot move ${tool.quote(from)} to ${tool.quote(to)}`, errno);
      return 'failed';
    }
    if (target === null) return 'go-on';
    const removed = yield* tool.try(
      `inter-device move failed: ${tool.quote(from)} to ${tool.quote(to)}; unable to remove target`,
      () => (isDirectory(target) ? sys.rmdir(to) : sys.unlink(to)),
    );
    return removed ? 'go-on' : 'failed';
  }

  /** Makes what is to be at the target. */
  *#make(job: Job, source: Stat, target: Stat | null): Blocking<boolean> {
    if (isDirectory(source)) return yield* this.#directory(job, source, target);
    if (this.settings.verbose && this.settings.move) yield* this.#announce(job.from, job.to);
    return yield* this.#maker.make(job.from, job.to, source, target);
  }

  *#directory(job: Job, source: Stat, target: Stat | null): Blocking<boolean> {
    const { tool, settings } = this;
    const { from, to } = job;
    const isNew = target === null;
    if (isNew) {
      if (!(yield* this.#maker.directory(to, source))) return false;
      if (settings.verbose && settings.move) yield* tool.line(`created directory ${tool.quote(to)}`);
      else if (settings.verbose) yield* this.#announce(from, to);
      this.#rememberFirst(to);
    }
    const staysHere = settings.oneFileSystem && job.operand !== null && !isSameDevice(job.operand, source);
    const isFine = staysHere || (yield* this.#contents(job, source, isNew));
    const omitted = this.#maker.omittedOf(source);
    const kept = yield* setAttributes(tool, settings, { from, to, original: source, isNew, omitted });
    if (isNew) this.#maker.restoreOwnerBits(to, source);
    return isFine && kept;
  }

  #rememberFirst(to: string): void {
    if (this.#hasMadeFirst) return;
    this.#hasMadeFirst = true;
    const made = lookUpOrNull(this.tool.sys, to, false);
    if (made !== null) this.#copies.set(fileKey(made), to);
  }

  *#contents({ from, to, operand }: Job, source: Stat, isNew: boolean): Blocking<boolean> {
    const { tool } = this;
    const found = outcome(() => tool.sys.readdir(from));
    if (typeof found === 'string') return yield* this.#fails(`cannot access ${tool.quote(from)}`, found);
    // In the order of the inodes, which is quickest to read.
    const entries = found.filter(({ name }) => name !== '.' && name !== '..').sort((a, b) => a.ino - b.ino);
    let isFine = true;
    for (const { name } of entries) {
      const [original, copy] = [joinPath(from, name), joinPath(to, name)];
      const job = { from: original, to: copy, isOperand: false, isNew, operand: operand ?? source };
      isFine = (yield* this.#copy(job)) && isFine;
      if (this.#isIntoItself) break;
    }
    return isFine;
  }
}
