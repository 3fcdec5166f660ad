/** A command line of iptables(8). */
import type { InetFamily } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { builtinTables } from './builtin';
import { readRule } from './read-rule';
import type { IptRule } from './rule';
import { IptablesError, type Words } from './words';

export type Action = 'A' | 'C' | 'D' | 'R' | 'I' | 'L' | 'S' | 'F' | 'Z' | 'N' | 'X' | 'E' | 'P' | 'V' | 'h';

export interface Command {
  action: Action;
  table: string;
  /** Null: all of them. */
  chain: string | null;
  /** The number after the chain. */
  number: number | null;
  /** A new name, a policy. */
  to: string;
  rules: IptRule[];
  verbose: boolean;
  numeric: boolean;
  exact: boolean;
  lineNumbers: boolean;
}

const actions: readonly Action[] = ['A', 'C', 'D', 'R', 'I', 'L', 'S', 'F', 'Z', 'N', 'X', 'E', 'P', 'V', 'h'];
const withChain: ReadonlySet<Action> = new Set(['A', 'C', 'D', 'R', 'I', 'N', 'E', 'P']);
const maxChainName = 28;
const targetNames = new Set([
  'ACCEPT',
  'DROP',
  'RETURN',
  'QUEUE',
  'REJECT',
  'LOG',
  'SNAT',
  'DNAT',
  'MASQUERADE',
  'REDIRECT',
  'MARK',
  'CONNMARK',
  'NOTRACK',
  'CT',
  'TCPMSS',
]);

export function readCommand(words: Words, family: InetFamily, services: Services): Command | null {
  const reader = new CommandReader(words, family, services);
  return reader.read();
}

class CommandReader {
  #action: Action | null = null;
  readonly #command: Omit<Command, 'action'> = {
    table: 'filter',
    chain: null,
    number: null,
    to: '',
    rules: [],
    verbose: false,
    numeric: false,
    exact: false,
    lineNumbers: false,
  };
  /** For the other family: iptables-restore takes files for both. */
  #isForOther = false;

  constructor(
    private readonly words: Words,
    private readonly family: InetFamily,
    private readonly services: Services,
  ) {}

  /** Null: for the other family. */
  read(): Command | null {
    const rules = readRule(this.words, this.family, this.services, (option) => this.#option(option));
    if (this.#isForOther) throw new IptablesError('');
    if (this.#action === null) throw new IptablesError('no command specified');
    const command: Command = { ...this.#command, action: this.#action, rules };
    checkRules(command);
    return command;
  }

  #option(option: string): boolean {
    const action = actions.find((one) => option === `-${one}`);
    if (action !== undefined) {
      this.#readAction(action);
      return true;
    }
    switch (option) {
      case '-t':
        this.#command.table = this.words.value(option);
        if (!builtinTables[this.#command.table]) {
          throw new IptablesError(
            `table '${this.#command.table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
            3,
            false,
          );
        }
        return true;
      case '-v':
        this.#command.verbose = true;
        return true;
      case '-n':
        this.#command.numeric = true;
        return true;
      case '-x':
        this.#command.exact = true;
        return true;
      case '--line-numbers':
        this.#command.lineNumbers = true;
        return true;
      case '-w':
      case '-W':
        this.words.optional();
        return true;
      case '-4':
      case '-6':
        this.#isForOther ||= (option === '-4') !== (this.family === 'inet');
        return true;
      default:
        return false;
    }
  }

  #readAction(action: Action): void {
    if (this.#action !== null) throw new IptablesError(`Cannot use -${action} with -${this.#action}`);
    this.#action = action;
    if (action === 'V' || action === 'h') return;
    this.#command.chain = withChain.has(action) ? this.words.value(`-${action}`) : this.words.optional();
    if (this.#command.chain === null) return;
    if (action === 'N') checkNewName(this.#command.chain);
    if (action === 'E' || action === 'P') this.#command.to = this.#second(action);
    else if (action === 'R') this.#command.number = ruleNumber(this.#second(action));
    else if (/^\d/.test(this.words.peek() ?? '') && 'IDLSZ'.includes(action))
      this.#command.number = ruleNumber(this.words.optional() ?? '', action === 'S' ? 0 : 1);
  }

  #second(action: 'E' | 'P' | 'R'): string {
    const word = this.words.optional();
    const what = {
      E: '-E requires old-chain-name and new-chain-name',
      P: '-P requires a chain and a policy',
      R: '-R requires a rule number',
    }[action];
    if (word === null) throw new IptablesError(what);
    return word;
  }
}

function ruleNumber(text: string, least = 1): number {
  if (!/^\d+$/.test(text) || Number(text) < least) throw new IptablesError(`Invalid rule number \`${text}'`);
  return Number(text);
}

function checkNewName(name: string): void {
  if (name.startsWith('-') || name.startsWith('!'))
    throw new IptablesError(`chain name not allowed to start with \`${name.charAt(0)}'`);
  if (targetNames.has(name)) throw new IptablesError('chain name may not clash with target name');
  if (name.length > maxChainName)
    throw new IptablesError(`chain name \`${name}' too long (must be under ${maxChainName + 1} chars)`);
}

/** A packet that comes in leaves by no device yet, and the other way round. */
function checkRules({ chain, rules, action }: Command): void {
  if (!'ACDRI'.includes(action)) return;
  for (const { input, output } of rules) {
    if (input && (chain === 'OUTPUT' || chain === 'POSTROUTING'))
      throw new IptablesError(`Can't use -i with ${chain}\n`);
    if (output && (chain === 'INPUT' || chain === 'PREROUTING'))
      throw new IptablesError(`Can't use -o with ${chain}\n`);
  }
}
