/** The command line of top(1). */
import type { Sys } from '../../../kernel/sim';
import { type OptionSpec, parseOptions } from '../../lib/options';
import type { Accounts } from '../../lib/users';
import { type Column, columnNamed } from './columns';

/** What is wrong with it, said after `top: `. */
export class TopError extends Error {}

export interface Settings {
  batch: boolean;
  /** Null: until it is ended. */
  iterations: number | null;
  delay: number;
  pids: number[];
  user: number | null;
  sort: Column;
  ascending: boolean;
  fullCommand: boolean;
  hideIdle: boolean;
  threads: boolean;
  singleCpus: boolean;
  width: number | null;
  /** Divides KiB: 0 for k, 1 for m ... */
  summaryScale: number;
  taskScale: number;
}

const specs: readonly OptionSpec[] = [
  { short: 'b', long: 'batch-mode' },
  { short: 'c', long: 'cmdline-toggle' },
  { short: 'd', long: 'delay', value: 'required' },
  { short: 'E', long: 'scale-summary-mem', value: 'required' },
  { short: 'e', long: 'scale-task-mem', value: 'required' },
  { short: 'H', long: 'threads-show' },
  { short: 'h', long: 'help' },
  { short: 'i', long: 'idle-toggle' },
  { short: 'n', long: 'iterations', value: 'required' },
  { short: 'O', long: 'list-fields' },
  { short: 'o', long: 'sort-override', value: 'required' },
  { short: 'p', long: 'pid', value: 'required' },
  { short: 'S', long: 'accum-time-toggle' },
  { short: 's', long: 'secure-mode' },
  { short: 'U', long: 'filter-any-user', value: 'required', as: 'user' },
  { short: 'u', long: 'filter-only-euser', value: 'required', as: 'user' },
  { short: 'V', long: 'version' },
  { short: 'w', long: 'width', value: 'optional' },
  { short: '1', long: 'single-cpu-toggle' },
];

export interface TopArguments {
  settings: Settings;
  information: 'help' | 'version' | 'fields' | null;
}

export function parseTop(args: readonly string[], accounts: Accounts): TopArguments {
  // `-w 60` is understood, too.
  const joined = args.flatMap((arg, at) =>
    args[at - 1] === '-w' && /^\d+$/.test(arg)
      ? []
      : arg === '-w' && /^\d+$/.test(args[at + 1] ?? '')
        ? [`-w${args[at + 1]}`]
        : [arg],
  );
  const { has, value, values, operands } = parseOptions(joined, specs);
  if (operands.length > 0) throw new TopError(`unknown option '${operands[0]}'`);
  const iterations = value('iterations');
  if (iterations !== null && !/^[1-9]\d*$/.test(iterations))
    throw new TopError(`bad iterations argument '${iterations}'`);
  const delay = value('delay');
  if (delay !== null && !/^\d+(\.\d*)?$/.test(delay)) throw new TopError(`bad delay interval '${delay}'`);
  const pids = values('pid').flatMap((list) => list.split(','));
  const wrong = pids.find((pid) => !/^\d+$/.test(pid));
  if (wrong !== undefined) throw new TopError(`bad pid '${wrong}'`);
  const field = value('sort-override');
  const sort = columnNamed(field?.replace(/^[+-]/, '') ?? '%CPU');
  if (!sort) throw new TopError(`unrecognized field name '${field}'`);
  const settings: Settings = {
    batch: has('batch-mode'),
    iterations: iterations === null ? null : Number(iterations),
    delay: delay === null ? 3 : Number(delay),
    pids: pids.map(Number),
    user: userOf(value('user'), accounts),
    sort,
    ascending: field?.startsWith('-') ?? false,
    fullCommand: has('cmdline-toggle'),
    hideIdle: has('idle-toggle'),
    threads: has('threads-show'),
    singleCpus: has('single-cpu-toggle'),
    width: has('width') && value('width') !== null ? Number(value('width')) : null,
    summaryScale: scaleOf(value('scale-summary-mem'), 1),
    taskScale: scaleOf(value('scale-task-mem'), 0),
  };
  const information = has('help') ? 'help' : has('version') ? 'version' : has('list-fields') ? 'fields' : null;
  return { settings, information };
}

function userOf(name: string | null, accounts: Accounts): number | null {
  if (name === null) return null;
  const uid = accounts.user(name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : undefined);
  if (uid === undefined) throw new TopError('Invalid user');
  return uid;
}

function scaleOf(letter: string | null, otherwise: number): number {
  const at = 'kmgtpe'.indexOf(letter ?? '');
  return letter === null || at < 0 ? otherwise : at;
}

export function screenSize(sys: Sys, env: Readonly<Record<string, string>>): { rows: number; cols: number } {
  const size = sys.isatty(1) ? sys.getWinsize(1) : { rows: 0, cols: 0 };
  const columns = /^[1-9]\d*$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 0;
  return { rows: size.rows || 24, cols: columns || size.cols || 80 };
}
