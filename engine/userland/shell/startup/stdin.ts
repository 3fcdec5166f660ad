/** Reads a script from standard input line by line: what the commands read from it themselves is left to them. */
import { type Blocking, decode, SEEK_CUR } from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { isRegular } from '../../lib/stat';
import { expandsAliases, refuse, runExpanded } from '../interp/text';
import { expandAliases } from '../parse/aliases';
import { isUnfinished, parseText } from '../parse/parse';
import { Abandon } from '../state/flow';
import type { Shell } from '../state/shell';

const chunk = 4096;

export function* runStdin(shell: Shell): Blocking<number> {
  const reader = new ScriptInput(shell);
  let line = 1;
  for (;;) {
    const first = yield* reader.nextLine();
    if (first === null) return shell.status;
    let text = first;
    const parse = () => parseText(expandsAliases(shell) ? expandAliases(text, shell.aliases) : text, line);
    let parsed = parse();
    while (isUnfinished(parsed)) {
      const more = yield* reader.nextLine();
      if (more === null) break;
      text += more;
      parsed = parse();
    }
    line += text.split('\n').length - 1;
    try {
      yield* runExpanded(shell, parsed);
      if (parsed.problem !== null) return yield* refuse(shell, parsed, {});
    } catch (error) {
      if (!(error instanceof Abandon)) throw error;
      shell.status = error.status;
    }
  }
}

class ScriptInput {
  #isSeekable: boolean | null = null;

  constructor(private readonly shell: Shell) {}

  *nextLine(): Blocking<string | null> {
    const { sys } = this.shell;
    this.#isSeekable ??= holds(() => isRegular(this.shell.sys.fstat(0)));
    const bytes: number[] = [];
    for (;;) {
      const data = yield* sys.read(0, this.#isSeekable ? chunk : 1);
      if (data.length === 0) return bytes.length === 0 ? null : decode(Uint8Array.from(bytes));
      const end = data.indexOf(10);
      for (const byte of end < 0 ? data : data.subarray(0, end + 1)) bytes.push(byte);
      if (end < 0) continue;
      if (end + 1 < data.length) sys.lseek(0, end + 1 - data.length, SEEK_CUR);
      return decode(Uint8Array.from(bytes));
    }
  }
}
