/**
 * Manual pages of this simulator: short, and written for it. `# ` begins a section, `- TERM: text` an item, a line with four
 * blanks is an example as it stands, blank lines part paragraphs. `*word*` is bold, `_word_` underlined.
 */
export interface ManualPage {
  name: string;
  section: number;
  summary: string;
  text: string;
}

const manuals: ReadonlyMap<number, string> = new Map([
  [1, 'User Commands'],
  [2, 'System Calls Manual'],
  [5, 'File Formats Manual'],
  [7, 'Miscellaneous Information Manual'],
  [8, 'System Administration'],
]);
const indent = 7;

/** A word with its printed width; overstrikes do not count. */
interface Word {
  text: string;
  width: number;
}

/** Lines of a page. `styled`: bold and underlined as overstrikes, as pagers want them. */
export function renderPage(page: ManualPage, width: number, styled: boolean): string[] {
  const title = `${page.name.toUpperCase()}(${page.section})`;
  const lines = [spread(title, manuals.get(page.section) ?? '', title, width), ''];
  const heading = (text: string) => {
    if (lines.at(-1) !== '') lines.push('');
    lines.push(style(text, 'bold', styled));
  };
  heading('NAME');
  lines.push(...wrap(words(`${page.name} - ${page.summary}`, styled), width, indent, indent), '');
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) lines.push(...wrap(words(paragraph.join(' '), styled), width, indent, indent), '');
    paragraph = [];
  };
  for (const line of page.text.trim().split('\n')) {
    const item = /^- (.+?): (.*)$/.exec(line);
    if (line.startsWith('# ')) {
      flush();
      heading(line.slice(2));
    } else if (item) {
      flush();
      lines.push(...renderItem(item[1] ?? '', item[2] ?? '', width, styled));
    } else if (line.startsWith('    ')) {
      flush();
      if (lines.at(-1) === '' && /^ {12}\S/.test(lines.at(-2) ?? '')) lines.pop();
      lines.push(`${' '.repeat(indent + 1)}${line}`, '');
    } else if (line.trim() === '') flush();
    else paragraph.push(line.trim());
  }
  flush();
  lines.push(spread('underlay', 'simulator', title, width));
  return lines;
}

function renderItem(term: string, text: string, width: number, styled: boolean): string[] {
  const shown = words(term, styled)
    .map((word) => word.text)
    .join(' ');
  const size = words(term, false).reduce((sum, word) => sum + word.width + 1, -1);
  const body = wrap(words(text, styled), width, indent * 2, indent * 2);
  const [first = '', ...rest] = body;
  // A short term has room beside its text.
  if (size < indent)
    return [`${' '.repeat(indent)}${shown}${' '.repeat(indent - size)}${first.trimStart()}`, ...rest, ''];
  return [`${' '.repeat(indent)}${shown}`, ...body, ''];
}

function spread(left: string, middle: string, right: string, width: number): string {
  const size = width - 2;
  const room = size - left.length - middle.length - right.length;
  const before = Math.max(1, Math.floor((size - middle.length) / 2) - left.length);
  return `${left}${' '.repeat(before)}${middle}${' '.repeat(Math.max(1, room - before))}${right}`;
}

function style(text: string, kind: 'bold' | 'underlined', styled: boolean): string {
  if (!styled) return text;
  return [...text].map((char) => (char === ' ' ? char : kind === 'bold' ? `${char}\b${char}` : `_\b${char}`)).join('');
}

function words(text: string, styled: boolean): Word[] {
  const marked: Word[] = [];
  let kind: 'bold' | 'underlined' | null = null;
  for (const raw of text.split(/\s+/).filter((word) => word !== '')) {
    let shown = '';
    let width = 0;
    for (const [part = '', mark] of raw.matchAll(
      /((?<![\w/])\*(?=\S)|(?<=\S)\*(?![\w/*])|(?<!\w)_(?=\w)|(?<=\w)_(?!\w))|[^*_]+|[*_]/g,
    )) {
      if (mark === '*') kind = kind === 'bold' ? null : 'bold';
      else if (mark === '_') kind = kind === 'underlined' ? null : 'underlined';
      else {
        shown += kind === null ? part : style(part, kind, styled);
        width += part.length;
      }
    }
    marked.push({ text: shown, width });
  }
  return marked;
}

function wrap(list: readonly Word[], width: number, first: number, rest: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of list) {
    const start = lines.length === 0 ? first : rest;
    if (line !== '' && used + 1 + word.width > width - 2) {
      lines.push(line);
      line = '';
    }
    if (line === '') {
      line = ' '.repeat(start) + word.text;
      used = start + word.width;
    } else {
      line += ` ${word.text}`;
      used += 1 + word.width;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
