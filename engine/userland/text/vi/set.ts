/** `:set`. */
import type { EditorState, Options } from './state';

type Flag = { [K in keyof Options]: Options[K] extends boolean ? K : never }[keyof Options];
type Count = { [K in keyof Options]: Options[K] extends number ? K : never }[keyof Options];

const flags: ReadonlyMap<string, Flag> = new Map([
  ['number', 'number'],
  ['nu', 'number'],
  ['ignorecase', 'ignoreCase'],
  ['ic', 'ignoreCase'],
  ['hlsearch', 'hlsearch'],
  ['hls', 'hlsearch'],
  ['expandtab', 'expandTab'],
  ['et', 'expandTab'],
  ['autoindent', 'autoIndent'],
  ['ai', 'autoIndent'],
  ['readonly', 'readonly'],
  ['ro', 'readonly'],
  ['list', 'list'],
  ['wrap', 'wrap'],
]);
const counts: ReadonlyMap<string, Count> = new Map([
  ['shiftwidth', 'shiftWidth'],
  ['sw', 'shiftWidth'],
  ['tabstop', 'tabStop'],
  ['ts', 'tabStop'],
]);
/** What may be set and changes nothing. */
const accepted = new Set([
  'paste',
  'ruler',
  'ru',
  'showmode',
  'smd',
  'showcmd',
  'sc',
  'compatible',
  'cp',
  'incsearch',
  'is',
  'smartcase',
  'scs',
  'nocompatible',
  'background',
  'bg',
  'mouse',
  'scrolloff',
  'so',
  'laststatus',
  'ls',
  'backspace',
  'bs',
  'encoding',
  'softtabstop',
  'sts',
  'wrapscan',
  'ws',
  'smartindent',
  'si',
  'cursorline',
  'cul',
]);

export function setOption(state: EditorState, word: string): void {
  const [name = '', value] = word.split('=', 2);
  const count = counts.get(name);
  if (count !== undefined) {
    if (value === undefined) state.say(`  ${name}=${state.options[count]}`);
    else if (/^\d+$/.test(value)) state.options[count] = Math.max(1, Number(value));
    else state.fail(`E521: Number required after =: ${word}`);
    return;
  }
  const isOff = name.startsWith('no') && (flags.has(name.slice(2)) || accepted.has(name.slice(2)));
  const isToggle = name.endsWith('!');
  const isQuestion = name.endsWith('?');
  const plain = (isOff ? name.slice(2) : name).replace(/[!?]$/, '');
  const flag = flags.get(plain);
  if (flag === undefined) {
    if (!accepted.has(plain)) state.fail(`E518: Unknown option: ${word}`);
    return;
  }
  if (isQuestion) state.say(`${state.options[flag] ? '  ' : 'no'}${plain}`);
  else state.options[flag] = isToggle ? !state.options[flag] : !isOff;
}
