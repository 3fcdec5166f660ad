/** Lines of lists of checksums, as they are written and read. */
import type { DigestName } from '../../lib/hash';

export interface DigestKind {
  name: DigestName;
  /** `SHA256` */
  label: string;
  bits: number;
}

/** Names with a newline or backslash are escaped, and the line begins with a backslash. */
export function escapedName(name: string): [prefix: string, name: string] {
  if (!/[\\\n\r]/.test(name)) return ['', name];
  return ['\\', name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')];
}

export function taggedLine({ name, label, bits }: DigestKind, file: string, hex: string): string {
  const [prefix, shown] = escapedName(file);
  const size = name === 'blake2b' && bits < 512 ? `-${bits}` : '';
  return `${prefix}${label}${size} (${shown}) = ${hex}`;
}

export interface ListedFile {
  kind: DigestKind;
  hex: string;
  file: string;
}

/** Null for what is no such line. `kinds`: those that may stand there; a plain line is of the first that fits. */
export function parseLine(line: string, kinds: readonly DigestKind[]): ListedFile | null {
  const isEscaped = line.startsWith('\\');
  const text = isEscaped ? line.slice(1) : line;
  const found = parseTagged(text, kinds) ?? parsePlain(text, kinds);
  if (found === null || !isEscaped) return found;
  return {
    ...found,
    file: found.file.replace(/\\([\\nr])/g, (_, letter: string) =>
      letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\',
    ),
  };
}

function parseTagged(text: string, kinds: readonly DigestKind[]): ListedFile | null {
  const match = /^\s*([A-Za-z0-9]+)(?:-(\d+))?\s*\(([\s\S]*)\)\s*=\s*([0-9a-fA-F]+)$/.exec(text);
  if (!match) return null;
  const [, label = '', bits, file = '', hex = ''] = match;
  const kind = kinds.find((candidate) => candidate.label === label);
  if (kind === undefined) return null;
  const length = bits === undefined ? kind.bits : Number(bits);
  if (hex.length * 4 !== length) return null;
  return { kind: { ...kind, bits: length }, hex: hex.toLowerCase(), file };
}

function parsePlain(text: string, kinds: readonly DigestKind[]): ListedFile | null {
  const match = /^\s*([0-9a-fA-F]+)( [ *]| )([\s\S]+)$/.exec(text);
  if (!match) return null;
  const [, hex = '', , file = ''] = match;
  const kind = kinds.find(({ name, bits }) =>
    name === 'blake2b' ? hex.length * 4 <= bits && hex.length % 2 === 0 : hex.length * 4 === bits,
  );
  if (kind === undefined) return null;
  return { kind: { ...kind, bits: hex.length * 4 }, hex: hex.toLowerCase(), file };
}
