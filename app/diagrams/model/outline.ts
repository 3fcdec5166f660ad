/** A diagram in words: nested lines, for screen readers and for the "As text" view. */
import type { Mark } from './scene';

export interface OutlineLine {
  text: string;
  mark?: Mark;
  children?: OutlineLine[];
}

export interface Outline {
  /** One sentence that says what the picture shows now. */
  summary: string;
  lines: OutlineLine[];
}

const markWords: Record<Mark, string> = { new: 'new', changed: 'changed', gone: 'gone' };

/** The line with its mark said in words. */
export function lineText(line: OutlineLine): string {
  return line.mark ? `${line.text} (${markWords[line.mark]})` : line.text;
}

/** The whole outline as indented text, as tests and the clipboard want it. */
export function outlineText(outline: Outline): string {
  const lines: string[] = [outline.summary];
  const walk = (children: readonly OutlineLine[], depth: number) => {
    for (const line of children) {
      lines.push(`${'  '.repeat(depth)}- ${lineText(line)}`);
      if (line.children) walk(line.children, depth + 1);
    }
  };
  walk(outline.lines, 0);
  return lines.join('\n');
}

/** Keeps the first `limit` lines and says how many more there are. */
export function capLines(lines: OutlineLine[], limit: number): OutlineLine[] {
  if (lines.length <= limit) return lines;
  const rest = lines.length - limit;
  return [...lines.slice(0, limit), { text: `and ${rest.toLocaleString('en')} more` }];
}
