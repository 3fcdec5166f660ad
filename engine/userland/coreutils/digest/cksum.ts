/** cksum and sum: the checksums of old, and all digests (cksum(1), sum(1)). */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { PosixCrc } from '../../lib/hash';
import { isDirectory } from '../../lib/stat';
import { chunkBytes, closeInput, inputNames, openInput } from '../common/input';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { checkList, refuseWithoutCheck } from './check';
import { digestFile } from './digest-file';
import { type DigestKind, escapedName, taggedLine } from './lines';
import { checkingOptions, checkOptions, readLength } from './sums';

const digests: Readonly<Record<string, DigestKind>> = bare({
  md5: { name: 'md5', label: 'MD5', bits: 128 },
  sha1: { name: 'sha1', label: 'SHA1', bits: 160 },
  sha224: { name: 'sha224', label: 'SHA224', bits: 224 },
  sha256: { name: 'sha256', label: 'SHA256', bits: 256 },
  sha384: { name: 'sha384', label: 'SHA384', bits: 384 },
  sha512: { name: 'sha512', label: 'SHA512', bits: 512 },
  blake2b: { name: 'blake2b', label: 'BLAKE2b', bits: 512 },
});
const algorithms = {
  bsd: 'bsd',
  sysv: 'sysv',
  crc: 'crc',
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  blake2b: 'blake2b',
  sm3: 'sm3',
} as const;

export const cksum = makeTool({
  name: 'cksum',
  options: [
    { short: 'a', long: 'algorithm', value: 'required' },
    ...checkingOptions,
    { short: 'l', long: 'length', value: 'required' },
    { long: 'tag' },
    { long: 'untagged' },
    { short: 'z', long: 'zero' },
    { long: 'debug' },
  ],
  help: `[OPTION]... [FILE]...
Print or check checksums; by default the CRC of POSIX, with sizes.

  -a, --algorithm=TYPE   sysv, bsd, crc, md5, sha1, sha224, sha256, sha384, sha512, blake2b
  -c, --check            read checksums from the FILEs and check them
  -l, --length=BITS      for blake2b
      --tag, --untagged  as BSD writes them (default), or as md5sum does
  -z, --zero             lines end with NUL
With --check: --ignore-missing, --quiet, --status, --strict, -w, --warn`,
  *run(tool) {
    if (tool.has('debug')) throw new Fatal('the option --debug is not there in a simulated Machine');
    const algorithm = readAlgorithm(tool);
    const digest = digests[algorithm];
    if (tool.has('check')) {
      if (tool.has('algorithm') && digest === undefined)
        throw new Fatal('--check is not supported with --algorithm={bsd,sysv,crc}');
      const kinds = digest === undefined ? Object.values(digests) : [digest];
      for (const list of inputNames(tool)) yield* checkList(tool, list, kinds, checkOptions(tool));
      return;
    }
    refuseWithoutCheck(tool);
    if (tool.value('length') !== null && algorithm !== 'blake2b') {
      throw new Fatal('--length is only supported with --algorithm=blake2b');
    }
    const end = tool.has('zero') ? '\0' : '\n';
    if (digest === undefined) {
      for (const name of inputNames(tool)) yield* printChecksum(tool, name, algorithm, end);
      return;
    }
    const kind = {
      ...digest,
      bits: algorithm === 'blake2b' ? readLength(tool, tool.value('length'), 512) : digest.bits,
    };
    for (const name of inputNames(tool)) {
      const hex = yield* digestFile(tool, name, kind);
      if (hex === null) continue;
      const [prefix, shown] = escapedName(name);
      yield* tool.write((tool.has('untagged') ? `${prefix}${hex}  ${shown}` : taggedLine(kind, name, hex)) + end);
    }
  },
});

function readAlgorithm(tool: Tool): string {
  const word = tool.value('algorithm');
  if (word === null) return 'crc';
  const algorithm = chooseWord(tool, word, '--algorithm', algorithms);
  if (algorithm === 'sm3') throw new Fatal('the algorithm sm3 is not there in a simulated Machine');
  return algorithm;
}

export const sum = makeTool({
  name: 'sum',
  options: [{ short: 'r' }, { short: 's', long: 'sysv' }],
  help: `[OPTION]... [FILE]...
Print checksums and numbers of blocks.

  -r           as BSD does it, with blocks of 1K (default)
  -s, --sysv   as System V does it, with blocks of 512 bytes`,
  *run(tool) {
    const last = tool.options.given.at(-1)?.name;
    for (const name of inputNames(tool)) yield* printChecksum(tool, name, last === 'sysv' ? 'sysv' : 'bsd', '\n');
  },
});

interface Running {
  update(data: Uint8Array): void;
  line(): string;
}

function* printChecksum(tool: Tool, name: string, algorithm: string, end: string): Blocking<void> {
  const input = yield* openInput(tool, name);
  if (input === null) return;
  const running = algorithm === 'crc' ? posixCrc() : algorithm === 'bsd' ? bsdSum() : sysvSum();
  // The CRC of a directory is that of nothing.
  const isEmpty = algorithm === 'crc' && isDirectory(tool.sys.fstat(input.fd));
  const isRead = yield* tool.attempt(tool.bare(name), function* () {
    while (!isEmpty) {
      const data = yield* tool.sys.read(input.fd, chunkBytes);
      if (data.length === 0) return true;
      running.update(data);
      yield* tool.sys.checkpoint();
    }
    return true;
  });
  closeInput(tool.sys, input);
  if (isRead === null) return;
  const isNamed = tool.operands.length > 0;
  yield* tool.write(running.line() + (isNamed ? ` ${name}` : '') + end);
}

function posixCrc(): Running {
  const crc = new PosixCrc();
  return { update: (data) => crc.update(data), line: () => `${crc.result} ${crc.length}` };
}

function bsdSum(): Running {
  let [value, length] = [0, 0];
  return {
    update(data) {
      for (const byte of data) value = ((value >> 1) + ((value & 1) << 15) + byte) & 0xffff;
      length += data.length;
    },
    line: () => `${String(value).padStart(5, '0')} ${String(Math.ceil(length / 1024)).padStart(5)}`,
  };
}

function sysvSum(): Running {
  let [value, length] = [0, 0];
  return {
    update(data) {
      for (const byte of data) value = (value + byte) % 2 ** 32;
      length += data.length;
    },
    line() {
      const folded = (value % 65_536) + Math.floor(value / 65_536);
      return `${(folded % 65_536) + Math.floor(folded / 65_536)} ${Math.ceil(length / 512)}`;
    },
  };
}
