/** tsort: puts what depends on each other in order (tsort(1)). */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { fromBinary, toBinary } from '../lib/binary';
import { readAll, writeAll } from '../lib/io';
import { extraOperand } from './common/operands';
import { Fatal, makeTool, type Tool } from './common/tool';

interface Item {
  name: string;
  /** How many have to come before. */
  before: number;
  after: Item[];
}

export const tsort = makeTool({
  name: 'tsort',
  help: '[OPTION] [FILE]\nOf pairs "A B" in FILE, which say that A comes before B, print an order that fits all.',
  *run(tool) {
    if (tool.operands.length > 1) throw extraOperand(tool, tool.operands[1] ?? '');
    const [name = '-'] = tool.operands;
    const words = toBinary(yield* read(tool, name))
      .split(/[ \t\n]+/)
      .filter((word) => word !== '');
    if (words.length % 2 === 1) throw new Fatal(`${tool.bare(name)}: input contains an odd number of tokens`);
    yield* print(tool, itemsOf(words), name);
  },
});

function* read(tool: Tool, name: string): Blocking<Uint8Array> {
  try {
    return yield* readAll(tool.sys, name === '-' ? 0 : yield* tool.sys.open(name, 0));
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'EISDIR') return new Uint8Array();
    throw new Fatal(`${tool.bare(name)}: ${strerror(error.errno)}`);
  }
}

function itemsOf(words: readonly string[]): Map<string, Item> {
  const items = new Map<string, Item>();
  const item = (name: string): Item => {
    const found = items.get(name) ?? { name, before: 0, after: [] };
    items.set(name, found);
    return found;
  };
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [first, second] = [item(words[at] ?? ''), item(words[at + 1] ?? '')];
    if (first === second) continue;
    second.before++;
    first.after.unshift(second);
  }
  return new Map([...items].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* print(tool: Tool, items: Map<string, Item>, source: string): Blocking<void> {
  const queue = [...items.values()].filter(({ before }) => before === 0);
  const left = new Set(items.values());
  while (left.size > 0) {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      yield* tool.writeBinary(`${item.name}\n`);
      left.delete(item);
      for (const next of item.after) if (--next.before === 0) queue.push(next);
    }
    if (left.size === 0) return;
    yield* tool.fail(`${tool.bare(source)}: input contains a loop:`);
    const loop = breakLoop(items, queue);
    for (const name of loop) {
      yield* writeAll(tool.sys, 2, `${tool.name}: `);
      yield* writeAll(tool.sys, 2, fromBinary(`${name}\n`));
    }
  }
}

/**
 * Goes through the items again and again, each time to one that has to come before the last, until it is back where it
 * was; forgets that one relation, and answers the names on the way.
 */
function breakLoop(items: ReadonlyMap<string, Item>, queue: Item[]): string[] {
  const links = new Map<Item, Item>();
  let head: Item | null = null;
  for (;;) {
    for (const item of items.values()) {
      if (item.before === 0) continue;
      if (head === null) {
        head = item;
        continue;
      }
      const at = item.after.indexOf(head);
      if (at < 0) continue;
      if (!links.has(item)) {
        links.set(item, head);
        head = item;
        continue;
      }
      item.after.splice(at, 1);
      if (--head.before === 0) queue.push(head);
      const names: string[] = [];
      for (let step: Item | undefined = head; step !== undefined; step = links.get(step)) {
        names.push(step.name);
        if (step === item) break;
      }
      return names;
    }
  }
}
