/** Filter expressions (pcap-filter(7)). */

import { bare } from '../../../kernel/sim';
import type { Services } from '../names';
import { etherTypes, type Frame } from './decode';
import {
  both,
  bytesOf,
  type Direction,
  type Filter,
  FilterError,
  hostTest,
  macTest,
  netTest,
  operate,
  portTest,
  protocolTest,
  toMany,
} from './filter-tests';

interface Qualifiers {
  protocol: string | null;
  direction: Direction;
  type: 'host' | 'net' | 'port' | 'portrange' | 'proto' | null;
}

const protocols: Readonly<Record<string, Filter>> = bare({
  ip: ({ protocol }) => protocol === etherTypes.ip,
  ip6: ({ protocol }) => protocol === etherTypes.ip6,
  arp: ({ protocol }) => protocol === etherTypes.arp,
  rarp: () => false,
  tcp: ({ ip }) => ip?.protocol === 6,
  udp: ({ ip }) => ip?.protocol === 17,
  icmp: ({ ip }) => ip?.version === 4 && ip.protocol === 1,
  icmp6: ({ ip }) => ip?.version === 6 && ip.protocol === 58,
  ether: () => true,
});

const constants: Readonly<Record<string, number>> = bare({
  tcpflags: 13,
  icmptype: 0,
  icmpcode: 1,
  icmp6type: 0,
  icmp6code: 1,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-timxceed': 11,
  'icmp6-echo': 128,
  'icmp6-echoreply': 129,
});

export function parseFilter(text: string, services: Services): Filter {
  const tokens = text.match(/&&|\|\||[<>!=]=|<<|>>|[()[\]!&|<>=+*:]|-(?=\s)|[^\s()[\]!&|<>=+*]+/g) ?? [];
  if (tokens.length === 0) return () => true;
  const parser = new Parser(tokens, services);
  const filter = parser.expression();
  parser.end();
  return filter;
}

class Parser {
  #at = 0;
  #unknown: FilterError | null = null;
  /** Left out, they are those of before: `port 80 or 443`. */
  #last: Qualifiers = { protocol: null, direction: 'either', type: null };

  constructor(
    private readonly tokens: readonly string[],
    private readonly services: Services,
  ) {}

  get #token(): string {
    return this.tokens[this.#at] ?? '';
  }

  #take(...texts: string[]): string | null {
    const token = this.#token;
    if (!texts.includes(token)) return null;
    this.#at++;
    return token;
  }

  end(): void {
    if (this.#at < this.tokens.length) throw syntaxError();
    if (this.#unknown) throw this.#unknown;
  }

  /** A name nobody knows is only told of when the rest can be read. */
  #known(make: () => Filter): Filter {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      this.#unknown ??= error;
      return () => false;
    }
  }

  expression(): Filter {
    let left = this.#term();
    for (;;) {
      if (this.#take('and', '&&')) {
        const [a, b] = [left, this.#term()];
        left = (frame) => a(frame) && b(frame);
      } else if (this.#take('or', '||')) {
        const [a, b] = [left, this.#term()];
        left = (frame) => a(frame) || b(frame);
      } else return left;
    }
  }

  #term(): Filter {
    if (this.#take('not', '!')) {
      const inner = this.#term();
      return (frame) => !inner(frame);
    }
    if (this.#take('(')) {
      const inner = this.expression();
      if (!this.#take(')')) throw syntaxError();
      return inner;
    }
    if (this.#isArithmetic()) return this.#comparison();
    return this.#primitive();
  }

  #isArithmetic(): boolean {
    return this.tokens[this.#at + 1] === '[' || this.#token === 'len';
  }

  #comparison(): Filter {
    const left = this.#arithmetic();
    const operator = this.#take('=', '==', '!=', '<', '>', '<=', '>=');
    if (operator === null) throw syntaxError();
    const right = this.#arithmetic();
    return (frame) => {
      const [a, b] = [left(frame), right(frame)];
      if (a === null || b === null) return false;
      switch (operator) {
        case '!=':
          return a !== b;
        case '<':
          return a < b;
        case '>':
          return a > b;
        case '<=':
          return a <= b;
        case '>=':
          return a >= b;
        default:
          return a === b;
      }
    };
  }

  #arithmetic(): (frame: Frame) => number | null {
    let left = this.#factor();
    for (
      let operator = this.#take('&', '|', '+', '-', '<<', '>>');
      operator !== null;
      operator = this.#take('&', '|', '+', '-', '<<', '>>')
    ) {
      const [a, b, sign] = [left, this.#factor(), operator];
      left = (frame) => {
        const [x, y] = [a(frame), b(frame)];
        return x === null || y === null ? null : operate(sign, x, y);
      };
    }
    return left;
  }

  #factor(): (frame: Frame) => number | null {
    if (this.#take('(')) {
      const inner = this.#arithmetic();
      if (!this.#take(')')) throw syntaxError();
      return inner;
    }
    const token = this.#token;
    this.#at++;
    if (token === 'len') return ({ bytes }) => bytes.length;
    if (this.#take('[')) return this.#field(token);
    const value = constants[token] ?? (/^(0x[0-9a-f]+|\d+)$/i.test(token) ? Number(token) : null);
    if (value === null) throw syntaxError();
    return () => value;
  }

  /** `tcp[13]`, `ip[6:2]`. */
  #field(protocol: string): (frame: Frame) => number | null {
    const test = protocols[protocol];
    if (!test) throw syntaxError();
    const [offset = '', size = '1'] = this.#token.split(':');
    this.#at++;
    const at = constants[offset] ?? Number(offset);
    let width = Number(size);
    if (this.#take(':')) {
      width = Number(this.#token);
      this.#at++;
    }
    if (!this.#take(']') || !Number.isInteger(at)) throw syntaxError();
    return (frame) => {
      if (!test(frame)) return null;
      const bytes = bytesOf(frame, protocol);
      if (at + width > bytes.length) return null;
      return bytes.subarray(at, at + width).reduce((value, byte) => value * 256 + byte, 0);
    };
  }

  #primitive(): Filter {
    const given: Qualifiers = { protocol: null, direction: 'either', type: null };
    const start = this.#at;
    const protocol = this.#token;
    if (protocols[protocol]) {
      given.protocol = protocol;
      this.#at++;
    }
    if (this.#take('src'))
      given.direction =
        this.#take('or') && this.#take('dst') ? 'either' : this.#take('and') && this.#take('dst') ? 'both' : 'src';
    else if (this.#take('dst')) given.direction = 'dst';
    const type = this.#take('host', 'net', 'port', 'portrange', 'proto');
    if (type === 'host' || type === 'net' || type === 'port' || type === 'portrange' || type === 'proto')
      given.type = type;
    const isBare = this.#at === start;
    if (isBare) {
      const special = this.#special();
      if (special) return special;
    }
    const isOver = this.#token === '' || ['and', 'or', '&&', '||', ')'].includes(this.#token);
    if (isOver) {
      const alone = given.protocol === null ? undefined : protocols[given.protocol];
      if (!alone || given.type !== null || given.direction !== 'either') throw syntaxError();
      return alone;
    }
    if (given.protocol !== null && given.type === null) {
      const extra = this.#take('broadcast', 'multicast');
      if (extra) return both(protocols[given.protocol], toMany(extra));
    }
    const value = this.#token;
    this.#at++;
    const qualifiers = isBare ? this.#last : given;
    this.#last = qualifiers;
    return this.#known(() => this.#test(qualifiers, value));
  }

  #special(): Filter | null {
    const word = this.#take('broadcast', 'multicast', 'less', 'greater', 'vlan', 'inbound', 'outbound');
    switch (word) {
      case null:
        return null;
      case 'broadcast':
      case 'multicast':
        return toMany(word);
      case 'vlan': {
        const id = /^\d+$/.test(this.#token) ? Number(this.#token) : null;
        if (id !== null) this.#at++;
        return ({ vlans }) => (id === null ? vlans.length > 0 : vlans.includes(id));
      }
      case 'less':
      case 'greater': {
        const size = Number(this.#token);
        this.#at++;
        return ({ bytes }) => (word === 'less' ? bytes.length <= size : bytes.length >= size);
      }
      default:
        return () => true;
    }
  }

  #test({ protocol, direction, type }: Qualifiers, value: string): Filter {
    const within = protocol === null ? undefined : protocols[protocol];
    switch (type) {
      case 'port':
        return both(within, portTest(direction, this.#port(value), this.#port(value)));
      case 'portrange': {
        const [from = '', to = ''] = value.split('-');
        return both(within, portTest(direction, this.#port(from), this.#port(to)));
      }
      case 'proto':
        return both(within, protocolTest(protocol, value));
      case 'net':
        return both(within, netTest(direction, value));
      default:
        if (protocol === 'ether') return macTest(direction, value);
        return both(within, hostTest(direction, value));
    }
  }

  #port(text: string): number {
    const port = /^\d+$/.test(text) ? Number(text) : this.services.port(text);
    if (port === null) throw new FilterError(`unknown port '${text}'`);
    return port;
  }
}

function syntaxError(): FilterError {
  return new FilterError("can't parse filter expression: syntax error");
}
