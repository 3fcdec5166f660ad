/** ls, dir and vdir: list files (ls(1)). */
import {
  type Blocking,
  type DirectoryEntry,
  isSysError,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NONBLOCK,
  O_RDONLY,
  type Program,
  type Sys,
} from '../../../kernel/sim';
import { matchesPattern } from '../../lib/glob';
import { formatSize } from '../../lib/human';
import { joinPath } from '../../lib/paths';
import { isDirectory } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { makeTool, type Tool } from '../common/tool';
import { directoryEntry, type Entry, minor, operandEntry, serious } from './entry';
import { Listing } from './listing';
import { NameWriter } from './name';
import { lsHelp, lsOptions } from './options';
import { readSettings } from './read-settings';
import type { Flavour, LsSettings } from './settings';
import { leadsToDirectory, sortEntries } from './sort';

function lister(flavour: Flavour): Program {
  return makeTool({
    name: flavour,
    options: lsOptions,
    usageStatus: 2,
    help: lsHelp,
    *run(tool) {
      const settings = yield* readSettings(tool, flavour);
      const accounts =
        settings.layout === 'long' && !settings.numeric ? yield* Accounts.load(tool.sys) : new Accounts([], []);
      const names = new NameWriter(tool.sys, settings, tool.utf8);
      yield* new Lister(tool, settings, names, new Listing(tool, settings, names, accounts)).run();
    },
  });
}

export const ls = lister('ls');
export const dir = lister('dir');
export const vdir = lister('vdir');

class Lister {
  #hasPrinted = false;
  #withHeaders = false;

  constructor(
    private readonly tool: Tool,
    private readonly settings: LsSettings,
    private readonly names: NameWriter,
    private readonly listing: Listing,
  ) {}

  *run(): Blocking<void> {
    const { tool, settings } = this;
    const operands = tool.operands.length === 0 ? ['.'] : tool.operands;
    this.#withHeaders = settings.recursive || operands.length > 1;
    const isPlainDot = tool.operands.length === 0 && !settings.asFiles;
    if (isPlainDot) return yield* this.#directory('.', true);
    const entries: Entry[] = [];
    for (const name of operands) {
      const entry = yield* operandEntry(tool, settings, name);
      if (entry !== null) entries.push(entry);
    }
    const sorted = sortEntries(entries, settings);
    const isListed = (entry: Entry) => !settings.asFiles && leadsToDirectory(entry);
    const files = sorted.filter((entry) => !isListed(entry));
    if (files.length > 0) {
      yield* this.listing.write(files);
      this.#hasPrinted = true;
    }
    for (const entry of sorted.filter(isListed)) yield* this.#directory(entry.name, true);
  }

  *#directory(path: string, isOperand: boolean): Blocking<void> {
    const { tool, settings } = this;
    const opened = yield* this.#open(path, isOperand ? serious : minor);
    if (opened === null) return;
    if (this.#hasPrinted && this.#withHeaders) yield* tool.write('\n');
    if (this.#withHeaders) yield* tool.write(`${this.names.directory(path)}:\n`);
    this.#hasPrinted = true;
    const entries: Entry[] = [];
    for (const entry of opened.found) {
      if (this.#isWanted(entry.name)) entries.push(yield* directoryEntry(tool, settings, path, entry));
    }
    tool.sys.close(opened.fd);
    if (settings.layout === 'long' || settings.blocks) {
      const total = entries.reduce((sum, { stat }) => sum + (stat?.blocks ?? 0) * 512, 0);
      yield* tool.write(`total ${formatSize(total, settings.blockFormat)}${settings.end}`);
    }
    const sorted = sortEntries(entries, settings);
    yield* this.listing.write(sorted);
    if (!settings.recursive) return;
    for (const entry of sorted) {
      if (entry.name === '.' || entry.name === '..' || !isDirectory(entry)) continue;
      yield* tool.sys.checkpoint();
      yield* this.#directory(joinPath(path, entry.name), false);
    }
  }

  /** It stays open while its entries are looked at: /proc/self/fd shows that. */
  *#open(path: string, failure: number): Blocking<{ fd: number; found: DirectoryEntry[] } | null> {
    const { sys } = this.tool;
    try {
      const fd = yield* sys.open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
      return { fd, found: entriesOf(sys, fd) };
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.tool.failWith(`cannot open directory ${this.tool.quote(path)}`, error.errno, failure);
      return null;
    }
  }

  #isWanted(name: string): boolean {
    const { hidden, hide, ignore, ignoreBackups } = this.settings;
    if (name.startsWith('.')) {
      if (hidden === 'skip') return false;
      if (hidden === 'almost-all' && (name === '.' || name === '..')) return false;
    }
    if (ignoreBackups && name.endsWith('~')) return false;
    if (hidden === 'skip' && hide.some((pattern) => matchesPattern(pattern, name))) return false;
    return !ignore.some((pattern) => matchesPattern(pattern, name));
  }
}

/** A directory that was removed has no entries, says readdir(3); the system call has ENOENT for it. */
function entriesOf(sys: Sys, fd: number): DirectoryEntry[] {
  try {
    return sys.getdents(fd);
  } catch (error) {
    if (!isSysError(error, 'ENOENT')) throw error;
    return [];
  }
}
