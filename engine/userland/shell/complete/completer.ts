/** Tab: completes the word before the cursor, or lists what it could be (readline's complete.c, bashline.c). */
import type { Blocking } from '../../../kernel/sim';
import { textWidth } from '../../lib/width';
import { windowWidth } from '../edit/editor';
import type { Completer, EditSession } from '../edit/session';
import { Abandon, ExitShell } from '../state/flow';
import type { Completion, Shell } from '../state/shell';
import { commandNames, fileNames, isFolder, userNames, variableNames } from './candidates';
import { generate } from './generate';
import { type WordAt, wordAt } from './word-at';

interface Matches {
  /** What the text may become, unquoted. */
  candidates: string[];
  /** The part of the word they replace. */
  text: string;
  /** They name files: a directory gets a slash. */
  areFiles: boolean;
  options: ReadonlySet<string>;
}

const queryItems = 100;
const maxRetries = 8;

export const completer: Completer = {
  *complete(session, again, key) {
    const word = wordAt(session.line.chars, session.line.point);
    const matches = yield* findMatches(session, word, again ? '?' : key);
    if (matches.candidates.length === 0) return yield* session.bell();
    const prefix = commonPrefix(matches.candidates);
    const isOnly = matches.candidates.length === 1;
    if (again && !isOnly) {
      if (prefix.length > matches.text.length) insert(session, word, matches, prefix, false);
      return yield* list(session, matches);
    }
    if (prefix === matches.text && !isOnly) return yield* session.bell();
    insert(session, word, matches, prefix, isOnly);
    if (!isOnly) yield* session.bell();
  },
};

function commonPrefix(candidates: readonly string[]): string {
  let [prefix = ''] = candidates;
  for (const candidate of candidates) while (!candidate.startsWith(prefix)) prefix = [...prefix].slice(0, -1).join('');
  return prefix;
}

function* findMatches(session: EditSession, word: WordAt, key: string): Blocking<Matches> {
  const { shell } = session;
  const { text } = word;
  const plain = (candidates: string[], replaced = text, areFiles = false): Matches => ({
    candidates: unique(candidates),
    text: replaced,
    areFiles,
    options: new Set(),
  });
  const variable = /(?:^|.*[^\\])?(\$\{?)(\w*)$/s.exec(text);
  if (variable && word.quote !== "'") {
    const lead = text.slice(0, text.length - (variable[1]?.length ?? 0) - (variable[2]?.length ?? 0));
    const close = variable[1] === '${' ? '}' : '';
    return plain(variableNames(shell, variable[2] ?? '').map((name) => `${lead}${variable[1]}${name}${close}`));
  }
  if (/^~[^/]*$/.test(text) && word.quote === '') {
    return plain(
      userNames(shell, text.slice(1)).map((name) => `~${name}`),
      text,
      true,
    );
  }
  if (word.isRedirection) return plain(fileNames(shell, text), text, true);
  if (word.isCommand && !text.includes('/')) {
    const names = commandNames(shell, text);
    return names.length > 0 ? plain(names) : plain(fileNames(shell, text, 'directories'), text, true);
  }
  if (word.isCommand) return plain(fileNames(shell, text, 'programs'), text, true);
  if (shell.options.shopts('progcomp')) {
    const programmed = yield* fromSpecification(session, word, key);
    if (programmed !== null) return programmed;
  }
  return plain(fileNames(shell, text), text, true);
}

function unique(candidates: readonly string[]): string[] {
  return [...new Set(candidates)];
}

/** Null when the default is to be used. */
function* fromSpecification(session: EditSession, word: WordAt, key: string): Blocking<Matches | null> {
  const { shell } = session;
  const [command = ''] = word.before;
  for (let attempt = 0; attempt < maxRetries; attempt++) {
    const name = command.slice(command.lastIndexOf('/') + 1);
    const spec = shell.completions.get(command) ?? shell.completions.get(name) ?? shell.completions.get('-D');
    if (spec === undefined) return null;
    const found = yield* tryGenerate(session, spec, word, command, key);
    if (found === 'retry') continue;
    return found;
  }
  return null;
}

function* tryGenerate(
  session: EditSession,
  spec: Completion,
  word: WordAt,
  command: string,
  key: string,
): Blocking<Matches | null | 'retry'> {
  const { shell } = session;
  const breaks = shell.wordBreaks;
  const lastBreak = [...word.text].findLastIndex((char) => breaks.includes(char));
  const current = word.quote === '' ? word.text.slice(lastBreak + 1) : word.text;
  const words = [...word.before, word.text].flatMap((part) => splitWord(part, breaks));
  if (word.text === '' || current === '') words.push('');
  const line = session.line.chars.slice(word.commandStart).join('').trimStart();
  const skipped = session.line.chars.slice(word.commandStart).join('').length - line.length;
  const options = new Set(spec.options);
  shell.completionOptions = options;
  try {
    const found = yield* generate(shell, spec, {
      word: current,
      command,
      previous: words.at(-2) ?? '',
      line,
      point: session.line.point - word.commandStart - skipped,
      words,
      index: words.length - 1,
      key: '9',
      type: key === '?' ? '63' : '9',
    });
    if (found === 'retry') return 'retry';
    if (found.length === 0)
      return options.has('default') || options.has('bashdefault')
        ? null
        : { candidates: [], text: current, areFiles: false, options };
    const areFiles =
      options.has('filenames') || spec.actions.some((action) => action === 'file' || action === 'directory');
    return { candidates: unique(found), text: current, areFiles, options };
  } catch (error) {
    if (!(error instanceof Abandon) && !(error instanceof ExitShell)) throw error;
    return null;
  } finally {
    shell.completionOptions = null;
  }
}

function splitWord(word: string, breaks: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const char of word) {
    if (!breaks.includes(char)) {
      part += char;
      continue;
    }
    if (part !== '') parts.push(part);
    parts.push(char);
    part = '';
  }
  if (part !== '') parts.push(part);
  return parts;
}

function insert(session: EditSession, word: WordAt, matches: Matches, completion: string, isOnly: boolean): void {
  const { line, shell } = session;
  const added = completion.slice(matches.text.length);
  const isReplaced = completion.startsWith(matches.text);
  line.remember();
  if (isReplaced && !needsQuotes(word, matches, added)) line.insert(added);
  else {
    line.remove(word.start, line.point);
    const kept = word.text.slice(0, word.text.length - matches.text.length);
    line.insert(quoted(kept + completion, word, matches));
  }
  if (!isOnly || matches.options.has('nospace')) return;
  const leads = matches.areFiles ? isFolder(shell, completion) : isFolderVariable(shell, completion);
  if (leads) {
    if (word.quote !== '') line.insert(word.quote);
    if (!completion.endsWith('/') && line.chars[line.point] !== '/') line.insert('/');
    return;
  }
  if (word.quote !== '' && line.chars[line.point] !== word.quote) line.insert(word.quote);
  if (line.chars[line.point] !== ' ') line.insert(' ');
  else line.point++;
}

/** `$HOME`: what it holds is a directory. */
function isFolderVariable(shell: Shell, completion: string): boolean {
  const name = /^\$\{?(\w+)\}?$/.exec(completion)?.[1];
  const value = name === undefined ? undefined : shell.vars.get(name);
  return value !== undefined && value !== '' && isFolder(shell, value);
}

const special = /[ \t\n"'\\$`&;|()<>*?[\]{}!#^]/g;

function needsQuotes(word: WordAt, matches: Matches, added: string): boolean {
  if (/\$\{?\w*$/.test(matches.text)) return false;
  if (!matches.areFiles) return false;
  if (word.quote === "'") return added.includes("'");
  return added.search(word.quote === '' ? special : /["$`\\]/) >= 0;
}

function quoted(text: string, word: WordAt, matches: Matches): string {
  if (word.quote === "'") return `'${text.replaceAll("'", "'\\''")}`;
  if (word.quote === '"') return `"${text.replace(/["$`\\]/g, '\\$&')}`;
  if (!matches.areFiles) return text;
  const tilde = /^~[^/]*/.exec(text)?.[0] ?? '';
  return tilde + text.slice(tilde.length).replace(special, '\\$&');
}

function* list(session: EditSession, matches: Matches): Blocking<void> {
  const { shell } = session;
  const names = matches.candidates.map((candidate) => shownName(candidate, matches));
  if (names.length >= queryItems && !(yield* confirm(session, names.length))) return;
  const text = columns(names, windowWidth(shell.sys));
  if (names.length >= queryItems) {
    yield* session.write(`\n${text}`);
    session.display.forget();
  } else yield* session.printBelow(text);
}

function shownName(candidate: string, { areFiles }: Matches): string {
  if (!areFiles || candidate.endsWith('/')) return candidate;
  return candidate.slice(candidate.lastIndexOf('/') + 1);
}

function* confirm(session: EditSession, count: number): Blocking<boolean> {
  yield* session.write(`${session.display.toEnd()}\nDisplay all ${count} possibilities? (y or n)`);
  session.display.forget();
  for (;;) {
    const key = yield* session.keys.next();
    const name = key.kind === 'text' ? key.text : key.kind === 'key' ? key.name : 'n';
    if (/^(y|Y| )$/.test(name)) return true;
    if (/^(n|N|backspace|C-g|enter)$/.test(name) || key.kind === 'end') {
      yield* session.write('\n');
      return false;
    }
    yield* session.bell();
  }
}

/** Down first, two blanks between; never to the last column. */
function columns(names: readonly string[], width: number): string {
  const widest = Math.max(...names.map(textWidth)) + 2;
  let across = Math.max(1, Math.floor(width / widest));
  if (across !== 1 && across * widest === width) across--;
  const rows = Math.ceil(names.length / across);
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < across; column++) {
      const name = names[column * rows + row];
      if (name === undefined) break;
      text += column + 1 < across ? name + ' '.repeat(widest - textWidth(name)) : name;
    }
    text += '\n';
  }
  return text;
}
