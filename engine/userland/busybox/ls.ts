/** BusyBox's ls: its long lines have fixed widths. How one entry looks is `ls-entry.ts`. */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { isDirectory, lookUp } from '../lib/stat';
import { Accounts } from '../lib/users';
import { textWidth } from '../lib/width';
import { type AppletCall, human, makeApplet } from './applet';
import { type Entry, EntryText } from './ls-entry';
import { sorted } from './ls-sort';

export const ls = makeApplet({
  name: 'ls',
  options: [
    ...[...'1AaCxdLHRFplinshrSXvctu'].map((short) => ({ short })),
    { short: 'w', value: 'required' as const },
    { short: 'T', value: 'required' as const },
    { long: 'full-time' },
    { long: 'group-directories-first' },
    { long: 'color', value: 'optional' as const },
  ],
  usage: `ls [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...

List directory contents

	-1 -C -x	One a line, columns by column, by line
	-a -A	Also names that begin with ., but not . and ..
	-d -R	Directories themselves; what is below them
	-L -H	Follow links; those of the command line
	-F -p	Mark kinds of files; directories
	-l -n	Long lines; numbers for owners
	-i -s -h	Inode numbers, blocks, sizes for people
	-S -X -v -t -tc -tu -r	Sort by size, extension, version, times; backwards
	--full-time, --group-directories-first, --color[={always,never,auto}]`,
  *run(call) {
    return yield* new Listing(call, yield* Accounts.load(call.sys)).all();
  },
});

class Listing {
  #status = 0;
  #hasShown = false;
  readonly #text: EntryText;

  constructor(
    private readonly call: AppletCall,
    accounts: Accounts,
  ) {
    this.#text = new EntryText(call, accounts);
  }

  *all(): Blocking<number> {
    const { operands } = this.call.options;
    const names = operands.length === 0 ? ['.'] : operands;
    const looksAtLinks = this.#has('l') || this.#has('F') || this.#has('d');
    const entries: Entry[] = [];
    for (const name of names) {
      const entry = yield* this.#look(name, name, this.#has('H') || this.#has('L') || !looksAtLinks);
      if (entry) entries.push(entry);
    }
    const isFile = (entry: Entry) => this.#has('d') || !isDirectory(entry.stat);
    yield* this.#show(this.#sorted(entries.filter(isFile)));
    const directories = this.#sorted(entries.filter((entry) => !isFile(entry)));
    for (const entry of directories) yield* this.#directory(entry, names.length > 1 || this.#has('R'));
    return this.#status;
  }

  #has(name: string): boolean {
    return this.call.options.has(name);
  }

  #sorted(entries: readonly Entry[]): Entry[] {
    return sorted(this.call.options, entries);
  }

  *#look(name: string, path: string, follow: boolean): Blocking<Entry | null> {
    const { sys } = this.call;
    const stat = lookUp(sys, path, follow);
    if (typeof stat !== 'string') return { name, path, stat };
    // A link that leads nowhere is shown itself.
    const own = follow && stat === 'ENOENT' ? lookUp(sys, path, false) : stat;
    if (typeof own !== 'string') return { name, path, stat: own };
    yield* this.#complain(`${name}: ${strerror(own)}`);
    return null;
  }

  *#complain(text: string): Blocking<void> {
    this.#status = 1;
    yield* this.call.out.flush();
    yield* writeAll(this.call.sys, 2, `ls: ${text}\n`);
  }

  *#directory({ name, path }: Entry, hasHead: boolean): Blocking<void> {
    const { out, sys } = this.call;
    yield* sys.checkpoint();
    const names = yield* this.#namesIn(path);
    if (names === null) return;
    const entries: Entry[] = [];
    for (const one of names) {
      const entry = yield* this.#look(one, path.endsWith('/') ? `${path}${one}` : `${path}/${one}`, this.#has('L'));
      if (entry) entries.push(entry);
    }
    if (hasHead) yield* out.write(`${this.#hasShown ? '\n' : ''}${name}:\n`);
    if (this.#text.isLong) yield* out.write(this.#total(entries));
    this.#hasShown = true;
    const inOrder = this.#sorted(entries);
    yield* this.#show(inOrder);
    if (!this.#has('R')) return;
    const below = inOrder.filter(({ name: own, stat }) => isDirectory(stat) && own !== '.' && own !== '..');
    for (const entry of below) yield* this.#directory({ ...entry, name: entry.path }, true);
  }

  *#namesIn(path: string): Blocking<string[] | null> {
    try {
      const all = this.call.sys.readdir(path).map(({ name }) => name);
      if (this.#has('a')) return all;
      if (this.#has('A')) return all.filter((name) => name !== '.' && name !== '..');
      return all.filter((name) => !name.startsWith('.'));
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#complain(`can't open '${path}': ${strerror(error.errno)}`);
      return null;
    }
  }

  /** In KiB, or for people. */
  #total(entries: readonly Entry[]): string {
    const kib = entries.reduce((sum, { stat }) => sum + stat.blocks / 2, 0);
    return `total ${this.#has('h') ? wholeUnits(kib).padEnd(7) : kib}\n`;
  }

  *#show(entries: readonly Entry[]): Blocking<void> {
    const { out, sys, options } = this.call;
    if (entries.length === 0) return;
    this.#hasShown = true;
    const isColumns = this.#has('C') || this.#has('x') || (sys.isatty(1) && !this.#has('1'));
    if (this.#text.isLong || this.#has('1') || !isColumns) {
      for (const entry of entries) yield* out.write(`${this.#text.line(entry)}\n`);
      return;
    }
    const cells = entries.map((entry) => this.#text.cell(entry));
    const given = Number(options.value('w') ?? (sys.isatty(1) ? sys.getWinsize(1).cols : 80));
    const widest = Math.max(...cells.map(({ plain }) => textWidth(plain))) + 2;
    const columns = Math.max(1, Math.floor((given || 80) / widest));
    const across = this.#has('x');
    const rows = Math.ceil(cells.length / columns);
    for (let row = 0; row < rows; row++) {
      const own = Array.from({ length: columns }, (_, at) => cells[across ? row * columns + at : at * rows + row]);
      const there = own.flatMap((cell) => cell ?? []);
      const texts = there.map(({ plain, shown }, at) =>
        at === there.length - 1 ? shown : shown + ' '.repeat(widest - textWidth(plain)),
      );
      yield* out.write(`${texts.join('')}\n`);
    }
  }
}

function wholeUnits(kib: number): string {
  return kib < 1024 ? `${kib}K` : human(kib * 1024);
}
