/** md5sum, sha*sum and b2sum: digests of files, and the checking of lists of them (sha256sum(1)). */
import type { Program } from '../../../kernel/sim';
import type { DigestName } from '../../lib/hash';
import { parseNumber } from '../../lib/numbers';
import { type OptionSpec, UsageError } from '../../lib/options';
import { inputNames } from '../common/input';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { type CheckOptions, checkList, refuseWithoutCheck } from './check';
import { digestFile } from './digest-file';
import { escapedName, taggedLine } from './lines';

const checkingOptions: readonly OptionSpec[] = [
  { short: 'c', long: 'check' },
  { long: 'ignore-missing' },
  { long: 'quiet' },
  { long: 'status' },
  { long: 'strict' },
  { short: 'w', long: 'warn' },
];

export { checkingOptions };

export function checkOptions(tool: Tool): CheckOptions {
  const last = tool.options.given.findLast(({ name }) => ['quiet', 'status', 'warn'].includes(name))?.name;
  return {
    ignoreMissing: tool.has('ignore-missing'),
    quiet: last === 'quiet',
    status: last === 'status',
    strict: tool.has('strict'),
    warn: last === 'warn',
  };
}

function sumTool(name: string, digest: DigestName, label: string, bits: number): Program {
  return makeTool({
    name,
    writeError: () => ['write error'],
    options: [
      { short: 'b', long: 'binary' },
      ...checkingOptions,
      ...(digest === 'blake2b' ? [{ short: 'l', long: 'length', value: 'required' as const }] : []),
      { long: 'tag' },
      { short: 't', long: 'text' },
      { short: 'z', long: 'zero' },
    ],
    help: `[OPTION]... [FILE]...
Print or check ${label} (${bits}-bit) checksums.

  -b, --binary     with a * before the name
  -c, --check      read checksums from the FILEs and check them
${digest === 'blake2b' ? '  -l, --length=BITS   so many bits, a multiple of 8\n' : ''}      --tag        as BSD writes them
  -t, --text       with a space before the name (default)
  -z, --zero       lines end with NUL
With --check: --ignore-missing, --quiet, --status, --strict, -w, --warn`,
    *run(tool) {
      const length = readLength(tool, digest === 'blake2b' ? tool.value('length') : null, bits);
      const kind = { name: digest, label, bits: length };
      if (tool.has('check')) {
        if (tool.has('tag')) throw new UsageError('the --tag option is meaningless when verifying checksums');
        for (const list of inputNames(tool)) yield* checkList(tool, list, [kind], checkOptions(tool));
        return;
      }
      refuseWithoutCheck(tool);
      if (tool.has('tag') && tool.has('text')) throw new UsageError('--tag does not support --text mode');
      for (const file of inputNames(tool)) {
        const hex = yield* digestFile(tool, file, kind);
        if (hex === null) continue;
        if (tool.has('tag')) yield* tool.write(taggedLine(kind, file, hex) + (tool.has('zero') ? '\0' : '\n'));
        else if (tool.has('zero')) yield* tool.write(`${hex} ${binaryMark(tool)}${file}\0`);
        else {
          const [prefix, shown] = escapedName(file);
          yield* tool.line(`${prefix}${hex} ${binaryMark(tool)}${shown}`);
        }
      }
    },
  });
}

function binaryMark(tool: Tool): string {
  const last = tool.options.given.findLast(({ name }) => name === 'binary' || name === 'text')?.name;
  return last === 'binary' ? '*' : ' ';
}

export function readLength(tool: Tool, text: string | null, usual: number): number {
  if (text === null) return usual;
  const parsed = parseNumber(text);
  const fail = (): never => {
    throw new Fatal(`invalid length: ${tool.word(text)}`);
  };
  if (!parsed.ok) return fail();
  if (parsed.value % 8 !== 0)
    throw new Fatal(`invalid length: ${tool.word(text)}\n${tool.name}: length is not a multiple of 8`);
  if (parsed.value > usual) {
    throw new Fatal(
      `invalid length: ${tool.word(text)}\n${tool.name}: maximum digest length for ${tool.word('BLAKE2b')} is ${usual} bits`,
    );
  }
  return parsed.value === 0 ? usual : parsed.value;
}

export const md5sum = sumTool('md5sum', 'md5', 'MD5', 128);
export const sha1sum = sumTool('sha1sum', 'sha1', 'SHA1', 160);
export const sha224sum = sumTool('sha224sum', 'sha224', 'SHA224', 224);
export const sha256sum = sumTool('sha256sum', 'sha256', 'SHA256', 256);
export const sha384sum = sumTool('sha384sum', 'sha384', 'SHA384', 384);
export const sha512sum = sumTool('sha512sum', 'sha512', 'SHA512', 512);
export const b2sum = sumTool('b2sum', 'blake2b', 'BLAKE2b', 512);
