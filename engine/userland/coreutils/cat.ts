/** cat: prints files one after the other (cat(1)). */
import type { Blocking, Stat } from '../../kernel/sim';
import { fromBinary } from '../lib/binary';
import { isRegular } from '../lib/stat';
import { chunkBytes, closeInput, type Input, inputNames, openInput } from './common/input';
import { makeTool, type Tool } from './common/tool';

interface Style {
  number: 'all' | 'nonblank' | null;
  squeeze: boolean;
  ends: boolean;
  tabs: boolean;
  nonprinting: boolean;
}

export const cat = makeTool({
  name: 'cat',
  options: [
    { short: 'b', long: 'number-nonblank' },
    { short: 'n', long: 'number' },
    { short: 's', long: 'squeeze-blank' },
    { short: 'v', long: 'show-nonprinting' },
    { short: 'E', long: 'show-ends' },
    { short: 'T', long: 'show-tabs' },
    { short: 'A', long: 'show-all' },
    { short: 'e' },
    { short: 't' },
    { short: 'u' },
  ],
  help: `[OPTION]... [FILE]...
Print the FILEs, or standard input, one after the other.

  -A, --show-all           -vET
  -b, --number-nonblank    number lines that are not empty
  -e                       -vE
  -E, --show-ends          a $ at the end of each line
  -n, --number             number all lines
  -s, --squeeze-blank      of several empty lines print one
  -t                       -vT
  -T, --show-tabs          tabs as ^I
  -u                       (nothing)
  -v, --show-nonprinting   ^ and M- for what cannot be seen`,
  *run(tool) {
    const style = readStyle(tool);
    const isPlain = style.number === null && !style.squeeze && !style.ends && !style.tabs && !style.nonprinting;
    const painter = new Painter(style);
    const output = tool.sys.fstat(1);
    for (const name of inputNames(tool)) {
      const input = yield* openInput(tool, name);
      if (input === null) continue;
      if (isOutput(tool, input, output)) yield* tool.fail(`${tool.bare(name)}: input file is output file`);
      else yield* tool.attempt(tool.bare(name), () => copy(tool, input.fd, isPlain ? null : painter));
      closeInput(tool.sys, input);
    }
  },
});

function readStyle(tool: Tool): Style {
  const has = (...names: string[]) => names.some((name) => tool.has(name));
  return {
    number: has('number-nonblank') ? 'nonblank' : has('number') ? 'all' : null,
    squeeze: has('squeeze-blank'),
    ends: has('show-ends', 'e', 'show-all'),
    tabs: has('show-tabs', 't', 'show-all'),
    nonprinting: has('show-nonprinting', 'e', 't', 'show-all'),
  };
}

/** Reading what one writes would never end. */
function isOutput(tool: Tool, input: Input, output: Stat): boolean {
  if (!isRegular(output)) return false;
  const stat = tool.sys.fstat(input.fd);
  const isSame = stat.ino === output.ino && stat.dev.major === output.dev.major && stat.dev.minor === output.dev.minor;
  return isSame && tool.sys.lseek(input.fd, 0, 1) < stat.size;
}

function* copy(tool: Tool, fd: number, painter: Painter | null): Blocking<void> {
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    if (data.length === 0) return;
    yield* tool.write(painter === null ? data : fromBinary(painter.paint(data)));
    yield* tool.flush();
  }
}

/** Numbers and marks; what it knows of the line goes on from one file to the next. */
class Painter {
  #line = 0;
  #atStart = true;
  #blanks = 0;

  constructor(private readonly style: Style) {}

  paint(data: Uint8Array): string {
    const { style } = this;
    let text = '';
    for (const byte of data) {
      if (byte === 10) {
        if (this.#atStart && ++this.#blanks > 1 && style.squeeze) continue;
        if (this.#atStart && style.number === 'all') text += this.#number();
        text += style.ends ? '$\n' : '\n';
        this.#atStart = true;
        continue;
      }
      if (this.#atStart && style.number !== null) text += this.#number();
      this.#atStart = false;
      this.#blanks = 0;
      text += this.#shown(byte);
    }
    return text;
  }

  #number(): string {
    return `${String(++this.#line).padStart(6)}\t`;
  }

  #shown(byte: number): string {
    if (byte === 9) return this.style.tabs ? '^I' : '\t';
    if (!this.style.nonprinting) return String.fromCharCode(byte);
    const low = byte & 0x7f;
    const char = low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low);
    return byte >= 128 ? `M-${char}` : char;
  }
}
