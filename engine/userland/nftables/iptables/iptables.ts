/** iptables 1.8.9 on nf_tables: iptables(8), iptables-save(8), iptables-restore(8), and those for IPv6. */
import {
  type Blocking,
  decode,
  type InetFamily,
  isSysError,
  type Program,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { readAll, readFile, writeAll } from '../../lib/io';
import { calendarOf, strftime } from '../../lib/time';
import { Services } from '../../net/names';
import { builtinTables } from './builtin';
import { readCommand } from './command';
import { execute } from './execute';
import { usage } from './help';
import { restore } from './restore';
import { savedTables } from './save';
import { IptablesError, Words } from './words';

type Body = (sys: Sys, words: Words, setting: Setting) => Blocking<void>;

interface Setting {
  /** As it was called, for messages. */
  program: string;
  family: InetFamily;
  services: Services;
}

function program(name: string, family: InetFamily, body: Body): Program {
  return function* (sys, argv) {
    try {
      // Asks for the generation of the rules first of all.
      sys.nft.tables();
      yield* body(sys, new Words(argv.slice(1)), { program: name, family, services: yield* Services.load(sys) });
      return 0;
    } catch (error) {
      if (isSysError(error, 'EPERM')) {
        yield* writeAll(
          sys,
          2,
          `${name} v1.8.9 (nf_tables): Could not fetch rule set generation id: ${strerror('EACCES')} (you must be root)\n`,
        );
        return 4;
      }
      if (!(error instanceof IptablesError)) throw error;
      yield* writeAll(sys, 2, errorText(name, error));
      return error.status;
    }
  };
}

function errorText(name: string, { message, hint, isPlain }: IptablesError): string {
  const text =
    message === ''
      ? ''
      : isPlain && !hint
        ? `${name}: ${message}\n`
        : isPlain
          ? `${message}\n`
          : `${name} v1.8.9 (nf_tables): ${message}\n`;
  return `${text}${hint ? `Try \`${name} -h' or '${name} --help' for more information.\n` : ''}`;
}

function* command(sys: Sys, words: Words, { program: name, family, services }: Setting): Blocking<void> {
  const read = readCommand(words, family, services);
  if (!read) return;
  if (read.action === 'V') yield* writeAll(sys, 1, `${name} v1.8.9 (nf_tables)\n`);
  else if (read.action === 'h') yield* writeAll(sys, 1, usage(name));
  else yield* writeAll(sys, 1, execute(sys, read, family, services));
}

function* save(sys: Sys, words: Words, { program: name, family, services }: Setting): Blocking<void> {
  let table: string | null = null;
  let counters = false;
  for (let option = words.next(); option !== null; option = words.next()) {
    if (option === '-c' || option === '--counters') counters = true;
    else if (option === '-t') table = words.value(option);
    else if (option === '-V') return yield* writeAll(sys, 1, `${name} v1.8.9 (nf_tables)\n`);
    else throw new IptablesError(`unknown option "${option}"`);
  }
  if (table !== null && !builtinTables[table]) {
    yield* writeAll(sys, 2, `Table \`${table}' does not exist\n`);
    throw new IptablesError('', 1, false);
  }
  const date = strftime('%a %b %e %H:%M:%S %Y', calendarOf(sys.clockGettime('realtime')));
  yield* writeAll(sys, 1, savedTables(sys, family, table, services, { program: name, counters, date }));
}

function* restoreAll(sys: Sys, words: Words, { family, services }: Setting): Blocking<void> {
  const options = { noFlush: false, isTest: false, counters: false, only: null };
  let file: string | null = null;
  for (let option = words.next(); option !== null; option = words.next()) {
    if (option === '-n' || option === '--noflush') options.noFlush = true;
    else if (option === '-t' || option === '--test') options.isTest = true;
    else if (option === '-c' || option === '--counters') options.counters = true;
    else if (option === '-w' || option === '-W') words.optional();
    else if (option === '-v') continue;
    else if (!option.startsWith('-')) file = option;
    else throw new IptablesError(`unknown option "${option}"`);
  }
  const text = file === null ? decode(yield* readAll(sys, 0)) : yield* readFile(sys, file);
  restore(sys, text, family, services, options);
}

export const iptables = program('iptables', 'inet', command);
export const ip6tables = program('ip6tables', 'inet6', command);
export const iptablesSave = program('iptables-save', 'inet', save);
export const ip6tablesSave = program('ip6tables-save', 'inet6', save);
export const iptablesRestore = program('iptables-restore', 'inet', restoreAll);
export const ip6tablesRestore = program('ip6tables-restore', 'inet6', restoreAll);
