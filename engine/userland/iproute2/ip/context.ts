/** What all commands of ip(8) share: its options, its arguments, its output, and names for what is numbered. */
import {
  type Blocking,
  type InetFamily,
  isSysError,
  type LinkInfo,
  type Sys,
  type SysError,
  strerror,
} from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { Output, writeAll } from '../../lib/io';

export interface IpOptions {
  family: InetFamily | 'link' | 'bridge' | 'mpls' | null;
  details: boolean;
  statistics: number;
  oneline: boolean;
  brief: boolean;
  json: boolean;
  pretty: boolean;
  all: boolean;
  numeric: boolean;
  color: boolean;
  /** Counts with k, M, G, or ki, Mi, Gi. */
  human: boolean;
  iec: boolean;
  force: boolean;
}

/** What the commands of iproute2 do without any option. */
export function defaultOptions(): IpOptions {
  return {
    family: null,
    details: false,
    statistics: 0,
    oneline: false,
    brief: false,
    json: false,
    pretty: false,
    all: false,
    numeric: false,
    color: false,
    human: false,
    iec: false,
    force: false,
  };
}

/** Ends the command with a message on standard error, as it is. */
export class IpError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

const colors = { name: 36, hardware: 33, inet: 35, inet6: 34, up: 32, down: 31 } as const;

export class IpContext {
  readonly out: Output;
  #links: LinkInfo[] | null = null;
  #netnsNames: Map<number, string> | null = null;

  constructor(
    readonly sys: Sys,
    readonly options: IpOptions,
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.out = new Output(sys);
  }

  /** As `ip -c` marks what kind of thing it is; a state by what it is. */
  color(kind: keyof typeof colors, text: string): string {
    return this.options.color ? `\x1b[${colors[kind]}m${text}\x1b[0m` : text;
  }
  colorState(state: string, text: string): string {
    return state === 'UP' ? this.color('up', text) : state === 'DOWN' ? this.color('down', text) : text;
  }

  get newline(): string {
    return this.options.oneline ? '\\' : '\n';
  }

  links(): LinkInfo[] {
    this.#links ??= this.sys.links();
    return this.#links;
  }
  /** After a change. */
  forgetLinks(): void {
    this.#links = null;
  }

  linkByIndex(index: number): LinkInfo | undefined {
    return this.links().find((link) => link.index === index);
  }

  nameOf(index: number): string {
    return this.linkByIndex(index)?.name ?? `if${index}`;
  }

  findLink(name: string): LinkInfo | undefined {
    const found = this.links().find((link) => link.name === name || link.altNames.includes(name));
    if (found) return found;
    const number = /^if(\d+)$/.exec(name)?.[1];
    return number === undefined ? undefined : this.linkByIndex(Number(number));
  }

  /** `Cannot find device "x"`. */
  link(name: string): LinkInfo {
    const link = this.findLink(name);
    if (!link) throw new IpError(`Cannot find device "${name}"`);
    return link;
  }

  /** The name of the namespace with that number here, as /run/netns has it. */
  *netnsName(id: number): Blocking<string | null> {
    if (!this.#netnsNames) {
      this.#netnsNames = new Map();
      for (const name of netnsNames(this.sys)) {
        const number = yield* netnsIdOf(this.sys, name);
        if (number !== null && !this.#netnsNames.has(number)) this.#netnsNames.set(number, name);
      }
    }
    return this.#netnsNames.get(id) ?? null;
  }
}

export const netnsDirectory = '/run/netns';

export function netnsNames(sys: Sys): string[] {
  return (
    orNull(() => sys.readdir(netnsDirectory).flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]))) ?? []
  );
}

/** Null where it has none, or cannot be asked. */
export function* netnsIdOf(sys: Sys, name: string): Blocking<number | null> {
  try {
    const fd = yield* sys.open(`${netnsDirectory}/${name}`, 0);
    try {
      return sys.netnsId({ fd });
    } finally {
      sys.close(fd);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    return null;
  }
}

/** Runs a request; an error of the kernel ends the command with status 2, in the kernel's words where it has some. */
export function request<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw kernelError(error);
  }
}

export function kernelError(error: SysError): IpError {
  if (error.detail === '') return new IpError(`RTNETLINK answers: ${strerror(error.errno)}`, 2);
  return new IpError(`Error: ${error.detail}${error.detail.endsWith('.') ? '' : '.'}`, 2);
}

export function* complainPlain(sys: Sys, text: string): Blocking<void> {
  yield* writeAll(sys, 2, `${text}\n`);
}

/** Words of a command line, one after the other. */
export class Args {
  #at = 0;

  constructor(private readonly words: readonly string[]) {}

  get isEmpty(): boolean {
    return this.#at >= this.words.length;
  }
  get peek(): string | undefined {
    return this.words[this.#at];
  }
  get rest(): readonly string[] {
    return this.words.slice(this.#at);
  }
  /** Takes the next, which may be missing. */
  shift(): string | undefined {
    return this.words[this.#at++];
  }
  /** The value of the option before it. */
  next(): string {
    const word = this.words[this.#at++];
    if (word === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
    return word;
  }
}

/** iproute2's abbreviations: any beginning of a word. */
export function matches(word: string | undefined, full: string): boolean {
  return word !== undefined && word !== '' && full.startsWith(word);
}

/** Like `invalid`, of the messages that have no empty line after them. */
export function wrong(message: string, argument: string): IpError {
  return new IpError(`Error: argument "${argument}" is wrong: ${message}`, 255);
}

export function repeated(key: string, argument: string): IpError {
  return new IpError(`Error: duplicate "${key}": "${argument}" is the second value.`, 255);
}

export function invalid(message: string, argument: string): IpError {
  return new IpError(`Error: argument "${argument}" is wrong: ${message}\n`, 255);
}

export function duplicate(key: string, argument: string): IpError {
  return new IpError(`Error: either "${key}" is duplicate, or "${argument}" is a garbage.`, 255);
}

export function missing(key: string, status = 255): IpError {
  return new IpError(`Not enough information: "${key}" argument is required.`, status);
}

export function onOff(name: string, value: string): boolean {
  if (value === 'on') return true;
  if (value === 'off') return false;
  throw new IpError(`Error: argument of "${name}" must be "on" or "off", not "${value}"`);
}

export function number(name: string, value: string): number {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(value)) throw invalid(`Invalid "${name}" value`, value);
  return Number(value);
}

export function readGroup(text: string): number {
  if (text === 'default') return 0;
  if (!/^\d+$/.test(text)) throw invalid('Invalid "group" value', text);
  return Number(text);
}
