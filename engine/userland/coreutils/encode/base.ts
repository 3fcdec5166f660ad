/** base64, base32 and basenc: bytes as letters, and back (base64(1), basenc(1)). */
import { type Blocking, concat, type Program } from '../../../kernel/sim';
import { toBinary } from '../../lib/binary';
import { decodeLetters, type Encoding, encodeGroups, encodings } from '../../lib/encodings';
import { parseNumber } from '../../lib/numbers';
import { type OptionSpec, UsageError } from '../../lib/options';
import { chunkBytes, openInput } from '../common/input';
import { extraOperand } from '../common/operands';
import { Fatal, makeTool, type Tool } from '../common/tool';

const options: readonly OptionSpec[] = [
  { short: 'd', long: 'decode' },
  { short: 'i', long: 'ignore-garbage' },
  { short: 'w', long: 'wrap', value: 'required' },
];
const help = `  -d, --decode           decode
  -i, --ignore-garbage   when decoding, leave out what does not belong there
  -w, --wrap=COLS        break lines after COLS characters (76); 0: not at all`;

function codec(name: 'base64' | 'base32'): Program {
  return makeTool({
    name,
    options,
    help: `[OPTION]... [FILE]\nPrint FILE in ${name}, or decoded.\n\n${help}`,
    run: (tool) => run(tool, encodings[name]),
  });
}

export const base64 = codec('base64');
export const base32 = codec('base32');

const names = ['base64', 'base64url', 'base32', 'base32hex', 'base16', 'base2msbf', 'base2lsbf'] as const;

export const basenc = makeTool({
  name: 'basenc',
  options: [...options, ...names.map((long) => ({ long })), { long: 'z85' }],
  help: `[OPTION]... [FILE]\nPrint FILE encoded, or decoded.\n\n${names.map((name) => `      --${name}\n`).join('')}${help}`,
  *run(tool) {
    if (tool.has('z85')) throw new UsageError('option --z85 is not there in a simulated Machine');
    const name = names.findLast(
      (candidate) =>
        tool.options.given.findLast((option) => names.some((known) => known === option.name))?.name === candidate,
    );
    if (name === undefined) throw new UsageError('missing encoding type');
    yield* run(tool, encodings[name]);
  },
});

function* run(tool: Tool, encoding: Encoding): Blocking<void> {
  const text = tool.value('wrap');
  const wrap = text === null ? { ok: true as const, value: 76 } : parseNumber(text);
  if (!wrap.ok) throw new Fatal(`invalid wrap size: ${tool.word(text ?? '')}`);
  if (tool.operands.length > 1) throw extraOperand(tool, tool.operands[1] ?? '');
  const [name = '-'] = tool.operands;
  const input = yield* openInput(tool, name);
  if (input === null) return;
  yield* tool.attempt('read error', () =>
    tool.has('decode') ? decode(tool, input.fd, encoding) : encode(tool, input.fd, encoding, wrap.value),
  );
}

function* encode(tool: Tool, fd: number, encoding: Encoding, wrap: number): Blocking<void> {
  let rest: Uint8Array = new Uint8Array();
  let column = 0;
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    const all = concat([rest, data]);
    const whole = data.length === 0 ? all.length : all.length - (all.length % encoding.bytes);
    const letters = encodeGroups(all.subarray(0, whole), encoding);
    rest = all.slice(whole);
    column = yield* writeWrapped(tool, letters, column, wrap);
    if (data.length === 0) break;
    yield* tool.sys.checkpoint();
  }
  if (wrap > 0 && column > 0) yield* tool.write('\n');
}

function* writeWrapped(tool: Tool, letters: string, start: number, wrap: number): Blocking<number> {
  if (wrap === 0) {
    yield* tool.write(letters);
    return 0;
  }
  let column = start;
  for (let at = 0; at < letters.length; ) {
    if (column === wrap) {
      yield* tool.write('\n');
      column = 0;
    }
    const part = letters.slice(at, at + wrap - column);
    yield* tool.write(part);
    at += part.length;
    column += part.length;
  }
  return column;
}

function* decode(tool: Tool, fd: number, encoding: Encoding): Blocking<void> {
  let rest = '';
  for (;;) {
    const data = yield* tool.sys.read(fd, chunkBytes);
    const text = toBinary(data).replaceAll('\n', '');
    rest += tool.has('ignore-garbage')
      ? [...text].filter((char) => char === '=' || encoding.alphabet.includes(char)).join('')
      : text;
    const whole = data.length === 0 ? rest.length : rest.length - (rest.length % encoding.letters);
    const { bytes, isValid } = decodeLetters(rest.slice(0, whole), encoding);
    yield* tool.write(bytes);
    if (!isValid) {
      yield* tool.fail('invalid input');
      return;
    }
    rest = rest.slice(whole);
    if (data.length === 0) return;
    yield* tool.flush();
  }
}
