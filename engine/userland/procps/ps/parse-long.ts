/** GNU options of ps: `--sort=-pid`, `--no-headers` ... May be abbreviated. */
import { bare } from '../../../kernel/sim';
import { fieldList, groupList, pidList, sortList, terminalList, userList } from './lists';
import type { Parser } from './parse';
import { addTo, PsError, type Request } from './request';

interface LongOption {
  /** What is said when nothing follows; no value is taken when left out. */
  missing?: string;
  apply(parser: Parser, value: string): void;
}

const flag = (set: (request: Request) => void): LongOption => ({ apply: ({ request }) => set(request) });
const noHeaders = flag((request) => {
  request.headers = 'none';
});
const manyHeaders = flag((request) => {
  request.headers = 'often';
});
const width: LongOption = {
  missing: 'number of columns must follow --cols, --width, or --columns',
  apply: ({ request }, value) => {
    if (!/^[1-9]\d*$/.test(value)) throw new PsError('number of columns must follow --cols, --width, or --columns');
    request.columns = Number(value);
  },
};
const height: LongOption = {
  missing: 'number of rows must follow --rows or --lines',
  apply: ({ request }, value) => {
    if (!/^[1-9]\d*$/.test(value)) throw new PsError('number of rows must follow --rows or --lines');
    request.rows = Number(value);
  },
};
const help: LongOption = {
  apply: ({ request }, value) => {
    request.information = { kind: 'help', topic: value };
  },
};

const options: Readonly<Record<string, LongOption>> = bare({
  Group: {
    missing: 'list of real groups must follow --Group',
    apply: ({ request, accounts }, value) => addTo(request, 'rgids', groupList(value, accounts)),
  },
  User: {
    missing: 'list of real users must follow --User',
    apply: ({ request, accounts }, value) => addTo(request, 'ruids', userList(value, accounts)),
  },
  cols: width,
  columns: width,
  context: flag((request) => request.unixFormat.add('M')),
  cumulative: flag((request) => {
    request.sumChildren = true;
  }),
  deselect: flag((request) => {
    request.negate = true;
  }),
  forest: flag((request) => {
    request.tree = 'branches';
  }),
  format: {
    missing: 'format specification must follow --format',
    apply: ({ request }, value) => request.fields.push(...fieldList(value)),
  },
  group: {
    missing: 'list of effective groups must follow --group',
    apply: ({ request, accounts }, value) => addTo(request, 'egids', groupList(value, accounts)),
  },
  header: manyHeaders,
  headers: manyHeaders,
  heading: manyHeaders,
  headings: manyHeaders,
  help,
  info: help,
  lines: height,
  'no-header': noHeaders,
  'no-headers': noHeaders,
  'no-heading': noHeaders,
  'no-headings': noHeaders,
  noheader: noHeaders,
  noheaders: noHeaders,
  noheading: noHeaders,
  noheadings: noHeaders,
  pid: {
    missing: 'list of process IDs must follow --pid',
    apply: ({ request }, value) => addTo(request, 'pids', pidList(value)),
  },
  ppid: { missing: 'list of process IDs must follow --ppid', apply: (parser, value) => parser.addParents(value) },
  'quick-pid': {
    missing: 'list of process IDs must follow --quick-pid',
    apply: ({ request }, value) => {
      request.quick = true;
      addTo(request, 'pids', pidList(value));
    },
  },
  rows: height,
  sid: {
    missing: 'some sid thing(s) must follow --sid',
    apply: ({ request }, value) => addTo(request, 'sessions', pidList(value)),
  },
  sort: {
    missing: 'long sort specification must follow --sort',
    apply: ({ request }, value) => request.sort.push(...sortList(value)),
  },
  tty: {
    missing: 'list of ttys must follow --tty',
    apply: ({ request, sys }, value) => addTo(request, 'terminals', terminalList(sys, value)),
  },
  user: {
    missing: 'list of effective users must follow --user',
    apply: ({ request, accounts }, value) => addTo(request, 'euids', userList(value, accounts)),
  },
  version: flag((request) => {
    request.information = { kind: 'version' };
  }),
  width,
});

/** Options that take a value only behind `=` or as the next word when there is one. */
const withTopic = new Set(['help', 'info']);

export function readLong(parser: Parser, text: string): void {
  const equals = text.indexOf('=');
  const given = equals < 0 ? text : text.slice(0, equals);
  const [name, option] = find(given);
  if (option.missing !== undefined) {
    const value = equals < 0 ? parser.next(option.missing) : text.slice(equals + 1);
    if (value === '') throw new PsError(option.missing);
    return option.apply(parser, value);
  }
  if (withTopic.has(name)) return option.apply(parser, equals < 0 ? parser.optional() : text.slice(equals + 1));
  if (equals >= 0) throw new PsError(`option --${name} does not take an argument`);
  option.apply(parser, '');
}

function find(given: string): [name: string, option: LongOption] {
  const exact = Object.hasOwn(options, given) ? options[given] : undefined;
  if (exact) return [given, exact];
  const similar = Object.entries(options).filter(([name]) => name.startsWith(given));
  const [first] = similar;
  if (!first) throw new PsError('unknown gnu long option');
  if (new Set(similar.map(([, option]) => option)).size > 1) throw new PsError('ambiguous gnu long option');
  return first;
}
