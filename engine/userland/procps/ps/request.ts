/** What a command line of ps asks for. */
import type { Column } from './columns';

/** What is wrong with it: shown after `error: `. */
export class PsError extends Error {}

export interface Field {
  column: Column;
  header: string;
  width: number;
}

export interface SortKey {
  column: Column;
  descending: boolean;
}

/** Lists that name processes; a process in any of them is shown. Terminals are device numbers, 0 is none. */
export const listNames = [
  'pids',
  'ppids',
  'sessions',
  'groups',
  'egids',
  'rgids',
  'euids',
  'ruids',
  'terminals',
] as const;
export type ListName = (typeof listNames)[number];

export interface Request {
  lists: Record<ListName, number[]>;
  commands: string[];
  /** Some list was given, even if nothing was in it. */
  hasLists: boolean;
  all: boolean;
  /** `-a`, `-d`, and BSD's `a`, `x`. */
  noLeaders: boolean;
  withTerminal: boolean;
  everybody: boolean;
  anyTerminal: boolean;
  bsd: boolean;
  runningOnly: boolean;
  negate: boolean;
  /** Letters of the formats that were asked for: `f`, `l`, `j`, `F`, `y`, `c`, `P`, `M`, `L`, `T`; BSD's `j`, `l`, `s`, `u`, `v`, `X`. */
  unixFormat: Set<string>;
  bsdFormat: string | null;
  fields: Field[];
  /** `-O`, `O`: more columns for the default format. */
  extraFields: Field[];
  sort: SortKey[];
  tree: 'none' | 'branches' | 'indent';
  headers: 'once' | 'none' | 'often';
  columns: number | null;
  rows: number | null;
  wide: number;
  bareNames: boolean;
  environment: boolean;
  numbers: boolean;
  sumChildren: boolean;
  /** `-q`: in this order. */
  quick: boolean;
  information: { kind: 'help'; topic: string } | { kind: 'version' } | { kind: 'specifiers' } | null;
}

export function emptyRequest(): Request {
  return {
    lists: {
      pids: [],
      ppids: [],
      sessions: [],
      groups: [],
      egids: [],
      rgids: [],
      euids: [],
      ruids: [],
      terminals: [],
    },
    commands: [],
    hasLists: false,
    all: false,
    noLeaders: false,
    withTerminal: false,
    everybody: false,
    anyTerminal: false,
    bsd: false,
    runningOnly: false,
    negate: false,
    unixFormat: new Set(),
    bsdFormat: null,
    fields: [],
    extraFields: [],
    sort: [],
    tree: 'none',
    headers: 'once',
    columns: null,
    rows: null,
    wide: 0,
    bareNames: false,
    environment: false,
    numbers: false,
    sumChildren: false,
    quick: false,
    information: null,
  };
}

export function addTo(request: Request, name: ListName, values: readonly number[]): void {
  request.hasLists = true;
  request.lists[name].push(...values);
}
