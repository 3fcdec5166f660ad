/** Makes one new file from another: contents, link, special file, empty directory. */
import { type Blocking, S_IFIFO, S_IFMT, type Stat } from '../../../kernel/sim';
import { isLink, isRegular, lookUpOrNull } from '../../lib/stat';
import type { Tool } from '../common/tool';
import { setAttributes } from './attributes';
import { copyContents } from './data';
import type { CopySettings } from './settings';

export class Maker {
  constructor(
    private readonly tool: Tool,
    private readonly settings: CopySettings,
  ) {}

  /** Permissions that wait until the owner is right, or until a directory is filled. */
  omittedOf(source: Stat): number {
    const { preserve } = this.settings;
    if (preserve.ownership) return source.mode & 0o077;
    return preserve.mode && (source.mode & S_IFMT) === 0o040000 ? source.mode & 0o022 : 0;
  }

  *make(from: string, to: string, source: Stat, target: Stat | null): Blocking<boolean> {
    const { tool, settings } = this;
    const { sys } = tool;
    if (settings.symbolicLinks) return yield* this.#symbolicLink(from, to);
    if (settings.hardLinks) {
      return yield* tool.try(`cannot create hard link ${tool.quote(to)} to ${tool.quote(from)}`, () => {
        if (target !== null && settings.force) sys.unlink(to);
        sys.link(from, to, { follow: settings.dereference === 'always' });
      });
    }
    const omitted = this.omittedOf(source);
    const mode = settings.usualMode ? 0o666 : source.mode & 0o777 & ~omitted;
    let isNew = target === null;
    if (isRegular(source) || (settings.copyContents && !isLink(source))) {
      const copied = yield* copyContents(tool, settings, from, to, mode, isNew);
      if (copied === null) return false;
      isNew = copied.isNew;
    } else if (!(yield* this.#special(from, to, source, mode))) return false;
    return yield* setAttributes(tool, settings, { from, to, original: source, isNew, omitted });
  }

  *#special(from: string, to: string, source: Stat, mode: number): Blocking<boolean> {
    const { tool } = this;
    const { sys } = tool;
    if (isLink(source)) {
      const target = sys.readlink(from);
      return yield* tool.try(`cannot create symbolic link ${tool.quote(to)}`, () => sys.symlink(target, to));
    }
    const type = source.mode & S_IFMT;
    const what = type === S_IFIFO ? 'fifo' : 'special file';
    return yield* tool.try(`cannot create ${what} ${tool.quote(to)}`, () =>
      sys.mknod(to, type | mode, type === S_IFIFO ? undefined : source.rdev),
    );
  }

  *#symbolicLink(from: string, to: string): Blocking<boolean> {
    const { tool } = this;
    const { sys } = tool;
    const isHere = !to.includes('/') || /^\.\/[^/]*$/.test(to);
    if (!from.startsWith('/') && !isHere) {
      yield* tool.fail(`${tool.bare(to)}: can make relative symbolic links only in current directory`);
      return false;
    }
    return yield* tool.try(`cannot create symbolic link ${tool.quote(to)} to ${tool.quote(from)}`, () => {
      if (this.settings.force && lookUpOrNull(sys, to, false) !== null) sys.unlink(to);
      sys.symlink(from, to);
    });
  }

  /** One that its owner can fill, whatever the original's mode. */
  *directory(to: string, source: Stat): Blocking<boolean> {
    const { tool } = this;
    const { sys } = tool;
    const mode = this.settings.usualMode ? 0o777 : source.mode & 0o7777 & ~this.omittedOf(source);
    if (!(yield* tool.try(`cannot create directory ${tool.quote(to)}`, () => sys.mkdir(to, mode)))) return false;
    const made = sys.lstat(to).mode & 0o7777;
    if ((made & 0o700) !== 0o700) sys.chmod(to, made | 0o700);
    return true;
  }

  /** Takes away what `directory` gave for the time being. */
  restoreOwnerBits(to: string, source: Stat): void {
    const { settings, tool } = this;
    const missing = ~source.mode & 0o700;
    if (settings.preserve.mode || settings.usualMode || missing === 0) return;
    tool.sys.chmod(to, tool.sys.stat(to).mode & 0o7777 & ~missing);
  }
}
