/** TCP segments as tcpdump writes them: numbers count from the beginning of a conversation. */
import { decode } from '../../../kernel/sim';
import { type Ip, long, word } from './decode';

export interface TcpPrintOptions {
  verbose: number;
  quiet: boolean;
  absoluteSequence: boolean;
}

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
const flagLetters = [
  [FIN, 'F'],
  [SYN, 'S'],
  [RST, 'R'],
  [8, 'P'],
  [ACK, '.'],
  [32, 'U'],
  [64, 'E'],
  [128, 'W'],
] as const;
const httpPorts = new Set([80, 8080, 3128]);
const difference = (a: number, b: number) => (a - b) >>> 0;

export class TcpPrinter {
  /** First sequence numbers of both sides, by conversation. */
  readonly #conversations = new Map<string, { low: number; high: number }>();

  constructor(private readonly options: TcpPrintOptions) {}

  text(ip: Ip): string {
    const { payload } = ip;
    const headerLength = ((payload[12] ?? 0) >> 4) << 2;
    const data = payload.subarray(headerLength);
    if (this.options.quiet) return `tcp ${data.length}`;
    const flags = payload[13] ?? 0;
    const { sequence, acknowledged } = this.#relative(ip, flags);
    const letters = flagLetters.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
    const parts = [`Flags [${letters.length === 0 ? 'none' : letters.join('')}]`];
    if (this.options.verbose > 0) parts.push(`cksum 0x${word(payload, 16).toString(16).padStart(4, '0')} (correct)`);
    if (data.length > 0) parts.push(`seq ${sequence}:${(sequence + data.length) >>> 0}`);
    else if ((flags & (SYN | FIN | RST)) !== 0) parts.push(`seq ${sequence}`);
    if ((flags & ACK) !== 0) parts.push(`ack ${acknowledged}`);
    parts.push(`win ${word(payload, 14)}`);
    const options = optionsText(payload.subarray(20, headerLength));
    if (options !== '') parts.push(`options [${options}]`);
    return `${parts.join(', ')}, length ${data.length}${this.#application(payload, data)}`;
  }

  #relative({ source, destination, payload }: Ip, flags: number): { sequence: number; acknowledged: number } {
    const [sequence, acknowledged] = [long(payload, 4), long(payload, 8)];
    if (this.options.absoluteSequence || (flags & ACK) === 0) return { sequence, acknowledged };
    const here = `${source}.${word(payload, 0)}`;
    const there = `${destination}.${word(payload, 2)}`;
    const isLow = here < there;
    const name = isLow ? `${here} ${there}` : `${there} ${here}`;
    const known = this.#conversations.get(name);
    if (!known || (flags & SYN) !== 0) {
      const [own, other] = [sequence, difference(acknowledged, 1)];
      this.#conversations.set(name, isLow ? { low: own, high: other } : { low: other, high: own });
      return { sequence, acknowledged };
    }
    const [own, other] = isLow ? [known.low, known.high] : [known.high, known.low];
    return { sequence: difference(sequence, own), acknowledged: difference(acknowledged, other) };
  }

  #application(payload: Uint8Array, data: Uint8Array): string {
    if (data.length === 0 || ![word(payload, 0), word(payload, 2)].some((port) => httpPorts.has(port))) return '';
    const text = decode(data);
    if (!/^(GET|PUT|POST|HEAD|DELETE|OPTIONS|PATCH|HTTP\/)/.test(text)) return ': HTTP';
    if (this.options.verbose === 0) return `: HTTP: ${text.split(/\r?\n/, 1)[0] ?? ''}`;
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
    return `: HTTP, length: ${data.length}\n${lines.map((line) => `\t${line}`).join('\n')}`;
  }
}

function optionsText(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at] ?? 0;
    const length = kind <= 1 ? 1 : Math.max(2, bytes[at + 1] ?? 2);
    if (kind === 0) parts.push('eol');
    else if (kind === 1) parts.push('nop');
    else if (kind === 2) parts.push(`mss ${word(bytes, at + 2)}`);
    else if (kind === 3) parts.push(`wscale ${bytes[at + 2] ?? 0}`);
    else if (kind === 4) parts.push('sackOK');
    else if (kind === 8) parts.push(`TS val ${long(bytes, at + 2)} ecr ${long(bytes, at + 6)}`);
    else parts.push(`unknown-${kind}`);
    if (kind === 0) break;
    at += length;
  }
  return parts.join(',');
}
