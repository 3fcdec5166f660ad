/** Prompts: the backslash escapes of PS1, then expansion as in double quotes (bash(1), "PROMPTING"). */
import type { Blocking } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { cStrftime } from '../../lib/time';
import { expandText } from '../expand/expand';
import { userById } from '../expand/tilde';
import { lowerQuoted } from '../parse/lower-word';
import type { Word } from '../parse/word';
import { Abandon, ShellError } from '../state/flow';
import type { Shell } from '../state/shell';

const words = new Map<string, Word>();
const maxWords = 100;

export function* expandPrompt(shell: Shell, text: string): Blocking<string> {
  const decoded = decodePrompt(shell, text);
  if (!shell.options.shopts('promptvars') || !/[$`\\]/.test(decoded)) return decoded;
  const { status, pipeStatus, lastSubstitutionStatus } = shell;
  try {
    return yield* expandText(shell, wordOf(decoded));
  } catch (error) {
    if (!(error instanceof ShellError) && !(error instanceof Abandon)) throw error;
    if (error instanceof ShellError) shell.complain(error.message);
    return decoded;
  } finally {
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.lastSubstitutionStatus = lastSubstitutionStatus;
  }
}

/** Without waiting: a prompt that asks for a command's output stays as it is. */
export function expandPromptAtOnce(shell: Shell, text: string): string {
  if (!/[$`\\]/.test(text)) return text;
  const work = expandPrompt(shell, text);
  const step = work.next();
  return step.done ? step.value : text;
}

function wordOf(text: string): Word {
  const known = words.get(text);
  if (known) return known;
  const word = lowerQuoted(text, 1);
  if (words.size >= maxWords) words.clear();
  words.set(text, word);
  return word;
}

function decodePrompt(shell: Shell, text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char !== '\\' || at + 1 >= text.length) {
      result += char;
      continue;
    }
    at++;
    const octal = /^[0-7]{3}/.exec(text.slice(at))?.[0];
    if (octal !== undefined) {
      result += String.fromCharCode(Number.parseInt(octal, 8));
      at += 2;
      continue;
    }
    const letter = text.charAt(at);
    if (letter === 'D' && text[at + 1] === '{') {
      const end = text.indexOf('}', at);
      if (end > 0) {
        const format = text.slice(at + 2, end);
        result += cStrftime(format === '' ? '%X' : format, now(shell));
        at = end;
        continue;
      }
    }
    result += escapeOf(shell, letter) ?? `\\${letter}`;
  }
  return result;
}

function now(shell: Shell): number {
  return Math.floor(shell.sys.clockGettime('realtime') / 1e9);
}

/** What a value has in it is not expanded again. */
function guarded(text: string): string {
  return text.replace(/[$`\\]/g, '\\$&');
}

function escapeOf(shell: Shell, letter: string): string | null {
  switch (letter) {
    case 'a':
      return '\x07';
    case 'e':
      return '\x1b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case '[':
      return '\x01';
    case ']':
      return '\x02';
    case '\\':
      return '\\\\';
    case '$':
      return shell.sys.geteuid() === 0 ? '#' : '\\$';
    case 'u':
      shell.promptUser ??= userById(shell.sys, shell.sys.getuid())?.name ?? 'I have no name!';
      return guarded(shell.promptUser);
    case 'h':
      return guarded((shell.vars.get('HOSTNAME') ?? shell.hostName).split('.')[0] ?? '');
    case 'H':
      return guarded(shell.hostName);
    case 'w':
      return guarded(trimmed(shell, directory(shell)));
    case 'W':
      return guarded(lastName(directory(shell)));
    case 's':
      return guarded(shell.name);
    case 'v':
      return '5.2';
    case 'V':
      return '5.2.15';
    case 'j':
      return String(shell.jobs.numbered.length);
    case 'l':
      return terminalName(shell);
    case '!':
      return String(shell.historyBase + shell.history.length);
    case '#':
      return String(shell.commandNumber);
    case 'd':
      return cStrftime('%a %b %d', now(shell));
    case 't':
      return cStrftime('%H:%M:%S', now(shell));
    case 'T':
      return cStrftime('%I:%M:%S', now(shell));
    case '@':
      return cStrftime('%I:%M %p', now(shell));
    case 'A':
      return cStrftime('%H:%M', now(shell));
    default:
      return null;
  }
}

function directory(shell: Shell): string {
  const path = shell.vars.get('PWD') ?? '';
  const home = shell.vars.get('HOME') ?? '';
  if (home.length > 1 && path === home) return '~';
  return home.length > 1 && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function lastName(path: string): string {
  return path === '/' || path === '~' ? path : path.slice(path.lastIndexOf('/') + 1);
}

/** PROMPT_DIRTRIM: only so many names at the end. */
function trimmed(shell: Shell, path: string): string {
  const keep = Number(shell.vars.get('PROMPT_DIRTRIM') ?? 0) || 0;
  if (keep <= 0) return path;
  const lead = path.startsWith('~/') ? '~/' : '/';
  const names = path.slice(lead.length).split('/');
  return names.length <= keep ? path : `${lead === '/' ? '' : lead}.../${names.slice(-keep).join('/')}`;
}

function terminalName(shell: Shell): string {
  return orNull(() => shell.sys.ttyname(0).replace(/^\/dev\/(.*\/)?/, '')) ?? 'tty';
}
