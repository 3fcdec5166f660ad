/** ss(8)'s filters: states, and expressions over addresses and ports (`sport = :80 and dst 10.0.0.0/8`). */
import { bare, isWithin, parseIp, parsePrefix, type SocketInfo } from '../../../kernel/sim';

export class FilterError extends Error {}

export type SocketTest = (socket: SocketInfo) => boolean;

const connected = [
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
];
const all = [...connected, 'UNCONN', 'LISTEN'];
const names = new Map<string, readonly string[]>([
  ['all', all],
  ['connected', connected],
  ['synchronized', connected.filter((state) => state !== 'SYN-SENT')],
  ['bucket', ['SYN-RECV', 'TIME-WAIT']],
  ['big', all.filter((state) => state !== 'SYN-RECV' && state !== 'TIME-WAIT')],
  ['established', ['ESTAB']],
  ['syn-sent', ['SYN-SENT']],
  ['syn-recv', ['SYN-RECV']],
  ['fin-wait-1', ['FIN-WAIT-1']],
  ['fin-wait-2', ['FIN-WAIT-2']],
  ['time-wait', ['TIME-WAIT']],
  ['closed', ['UNCONN']],
  ['unconnected', ['UNCONN']],
  ['close-wait', ['CLOSE-WAIT']],
  ['last-ack', ['LAST-ACK']],
  ['listen', ['LISTEN']],
  ['listening', ['LISTEN']],
  ['closing', ['CLOSING']],
]);

export const allStates = all;
export const connectedStates = connected;

/** `ss: wrong state name: x`. */
export function statesOf(name: string): readonly string[] {
  const found = names.get(name.toLowerCase());
  if (!found) throw new FilterError(`ss: wrong state name: ${name}`);
  return found;
}

/** An expression of words; null when there is none. */
export function readFilter(words: readonly string[], portOf: (name: string) => number | null): SocketTest | null {
  const tokens = words
    .flatMap((word) => word.split(/(\(|\)|!=|>=|<=|=|>|<|!|\s+)/))
    .map((token) => token.trim())
    .filter((token) => token !== '');
  if (tokens.length === 0) return null;
  return new Parser(tokens, portOf).parse();
}

class Parser {
  #at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly portOf: (name: string) => number | null,
  ) {}

  parse(): SocketTest {
    const test = this.#or();
    if (this.#at < this.tokens.length)
      throw new FilterError('ss: bison bellows (while parsing filter): "syntax error!" Sorry.');
    return test;
  }

  #or(): SocketTest {
    let left = this.#and();
    while (this.#take('or', '||', '|')) {
      const [a, b] = [left, this.#and()];
      left = (socket) => a(socket) || b(socket);
    }
    return left;
  }

  #and(): SocketTest {
    let left = this.#not();
    for (;;) {
      const isJoined = this.#take('and', '&&', '&');
      const next = this.tokens[this.#at];
      if (!isJoined && (next === undefined || next === ')' || next === 'or' || next === '||' || next === '|'))
        return left;
      const [a, b] = [left, this.#not()];
      left = (socket) => a(socket) && b(socket);
    }
  }

  #not(): SocketTest {
    if (this.#take('not', '!')) {
      const inner = this.#not();
      return (socket) => !inner(socket);
    }
    if (this.#take('(')) {
      const inner = this.#or();
      if (!this.#take(')')) throw new FilterError('ss: bison bellows (while parsing filter): "syntax error!" Sorry.');
      return inner;
    }
    return this.#term();
  }

  #term(): SocketTest {
    const word = this.tokens[this.#at++] ?? '';
    const operator = this.#operator();
    const value = this.tokens[this.#at++];
    if (value === undefined) throw new FilterError('ss: bison bellows (while parsing filter): "syntax error!" Sorry.');
    if (word === 'sport' || word === 'dport') return this.#port(word === 'sport', operator, value);
    if (word === 'src' || word === 'dst') return this.#address(word === 'src', operator, value);
    if (word === 'dev') return (socket) => (socket.device === value) === (operator === '=');
    throw new FilterError('ss: bison bellows (while parsing filter): "syntax error!" Sorry.');
  }

  #operator(): string {
    const signs: Record<string, string> = bare({
      eq: '=',
      '=': '=',
      '==': '=',
      neq: '!=',
      ne: '!=',
      '!=': '!=',
      geq: '>=',
      ge: '>=',
      '>=': '>=',
      leq: '<=',
      le: '<=',
      '<=': '<=',
      gt: '>',
      '>': '>',
      lt: '<',
      '<': '<',
    });
    const sign = signs[this.tokens[this.#at] ?? ''];
    if (sign === undefined) return '=';
    this.#at++;
    return sign;
  }

  #port(isLocal: boolean, operator: string, text: string): SocketTest {
    const name = text.startsWith(':') ? text.slice(1) : (text.split(':').at(-1) ?? text);
    const port = this.portOf(name);
    if (port === null) throw new FilterError(`Error: "${name}" does not look like a port.`);
    return (socket) => compare(isLocal ? socket.localPort : socket.remotePort, operator, port);
  }

  #address(isLocal: boolean, operator: string, text: string): SocketTest {
    const cut = /^(\[[^\]]*\]|[^:]*):([^:]+)$/.exec(text);
    const host = (cut?.[1] ?? text).replace(/^\[|\]$/g, '');
    const port = cut?.[2] === undefined || cut[2] === '*' ? null : this.portOf(cut[2]);
    const prefix = host === '' || host === '*' ? null : parsePrefix(host);
    if (prefix === null && host !== '' && host !== '*') {
      throw new FilterError(`Error: an inet prefix is expected rather than "${host}".\nCannot parse dst/src address.`);
    }
    return (socket) => {
      const ip = parseIp(isLocal ? socket.local : socket.remote);
      const isThere =
        (prefix === null || (ip !== null && isWithin(ip, prefix))) &&
        (port === null || port === (isLocal ? socket.localPort : socket.remotePort));
      return isThere === (operator !== '!=');
    };
  }

  #take(...words: string[]): boolean {
    const token = this.tokens[this.#at];
    if (token === undefined || !words.includes(token)) return false;
    this.#at++;
    return true;
  }
}

function compare(a: number, operator: string, b: number): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a < b;
  }
}
