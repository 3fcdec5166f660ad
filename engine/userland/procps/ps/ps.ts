/** ps (procps-ng 4.0.2): a picture of the processes there are. */
import type { Blocking, Program, Sys } from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { Accounts } from '../../lib/users';
import { columns } from './columns';
import { chooseFields } from './format';
import { helpText, usage } from './help';
import { parseArguments } from './parse';
import { row, unlimited } from './print';
import { type Need, type ProcessRecord, readRecords, readWorld, type World } from './record';
import { type Field, PsError, type Request, type SortKey } from './request';
import { selectProcesses } from './select';
import { arrange } from './tree';

export const ps: Program = function* (sys, argv, env) {
  let request: Request;
  try {
    request = parseArguments(sys, argv.slice(1), yield* Accounts.load(sys));
  } catch (error) {
    if (!(error instanceof PsError)) throw error;
    yield* writeAll(sys, 2, `error: ${error.message}\n${usage}`);
    return 1;
  }
  if (request.information) return yield* inform(sys, request.information);
  return yield* show(sys, request, env);
};

function* inform(sys: Sys, information: NonNullable<Request['information']>): Blocking<number> {
  if (information.kind === 'version') yield* writeAll(sys, 1, 'ps from procps-ng 4.0.2\n');
  else if (information.kind === 'help') yield* writeAll(sys, 1, helpText(information.topic));
  else {
    const names = Object.entries(columns).filter(([name]) => !name.startsWith('addr'));
    yield* writeAll(sys, 1, names.map(([name, { header }]) => `${name.padEnd(12)} ${header.padEnd(8)}\n`).join(''));
  }
  return 0;
}

function* show(sys: Sys, request: Request, env: Readonly<Record<string, string>>): Blocking<number> {
  const fields = chooseFields(request);
  const world: World = {
    ...(yield* readWorld(sys)),
    numbers: request.numbers,
    bareNames: request.bareNames,
    environment: request.environment,
    sumChildren: request.sumChildren,
  };
  const records = yield* readRecords(sys, needsOf(request, fields));
  const chosen = sortRecords(selectProcesses(sys, request, records), request.sort, world);
  const shown = request.tree === 'none' ? chosen : arrange(chosen, request.tree);
  const screen = screenWidth(sys, request, env);
  const out = new Output(sys);
  const withHeader = request.headers !== 'none' && fields.some(({ header }) => header !== '');
  const page = request.headers === 'often' ? (request.rows ?? screenHeight(sys, env)) - 1 : Number.POSITIVE_INFINITY;
  if (withHeader && shown.length === 0) yield* out.line(row(fields, null, world, screen));
  for (const [at, record] of shown.entries()) {
    if (withHeader && (at === 0 || at % page === 0)) yield* out.line(row(fields, null, world, screen));
    yield* out.line(row(fields, record, world, screen));
  }
  yield* out.flush();
  return shown.length > 0 ? 0 : 1;
}

function needsOf(request: Request, fields: readonly Field[]): Set<Need> {
  const needs = new Set<Need>();
  for (const { column } of [...fields, ...request.sort]) if (column.needs) needs.add(column.needs);
  if (request.environment) needs.add('environ');
  if (request.lists.ruids.length > 0 || request.lists.rgids.length > 0) needs.add('status');
  return needs;
}

function sortRecords(records: ProcessRecord[], keys: readonly SortKey[], world: World): ProcessRecord[] {
  if (keys.length === 0) return records;
  const orders = keys.map(({ column, descending }) => {
    const order = column.order ?? ((record: ProcessRecord) => column.text(record, world, unlimited));
    return (a: ProcessRecord, b: ProcessRecord) => compare(order(a, world), order(b, world)) * (descending ? -1 : 1);
  });
  return [...records].sort((a, b) => {
    for (const order of orders) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The terminal's, when the output goes there; `w` and `COLUMNS` say otherwise. */
function screenWidth(sys: Sys, request: Request, env: Readonly<Record<string, string>>): number {
  if (request.wide > 1) return unlimited;
  if (request.columns !== null) return request.columns;
  const wanted = /^[1-9]\d*$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : null;
  const width = wanted ?? (sys.isatty(1) ? sys.getWinsize(1).cols || 80 : unlimited);
  return request.wide === 1 ? Math.max(132, width) : width;
}

function screenHeight(sys: Sys, env: Readonly<Record<string, string>>): number {
  if (/^[1-9]\d*$/.test(env.LINES ?? '')) return Number(env.LINES);
  return (sys.isatty(1) && sys.getWinsize(1).rows) || 24;
}
