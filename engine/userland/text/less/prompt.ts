/** What less says in the last row of the screen (less(1), PROMPTS). */
import type { Blocking } from '../../../kernel/sim';
import type { LessSettings } from './settings';
import type { View } from './view';

export interface PromptFacts {
  /** Which of the files, from 0. */
  at: number;
  fileCount: number;
  /** Nothing was typed yet since the file was opened. */
  isFirst: boolean;
}

export const inverse = (text: string) => `\x1b[7m${text}\x1b[27m`;

export function* promptText(view: View, settings: LessSettings, facts: PromptFacts): Blocking<string> {
  const atEnd = yield* view.isAtEnd();
  const { name, lines } = view.document;
  if (settings.manualPage !== null) {
    const end = atEnd ? `/${lines.length} (END)` : '';
    return inverse(
      ` Manual page ${settings.manualPage} line ${view.top.line + 1}${end} (press h for help or q to quit)`,
    );
  }
  if (settings.prompt !== null) {
    const text = settings.prompt.replace(/^[msMhw=]/, '').replaceAll('%f', name);
    return inverse(yield* withLines(view, text, atEnd));
  }
  if (settings.longPrompt) return inverse(yield* withLines(view, name, atEnd));
  const end = atEnd ? '(END)' : '';
  if (facts.isFirst && name !== '') {
    const which = facts.fileCount > 1 ? ` (file ${facts.at + 1} of ${facts.fileCount})` : '';
    return inverse(`${name}${which} ${end}`.trimEnd());
  }
  return atEnd ? inverse(end) : ':';
}

/** `=`: where one is. */
export function* whereabouts(view: View): Blocking<string> {
  const bottom = yield* view.bottomLine();
  const { name, bytes, lines, isComplete } = view.document;
  const percent = isComplete && lines.length > 0 ? ` ${Math.round((bottom * 100) / lines.length)}%` : '';
  return `${name || '(standard input)'} lines ${view.top.line + 1}-${bottom}${totalOf(view)} byte ${bytes}${percent}`;
}

function* withLines(view: View, name: string, atEnd: boolean): Blocking<string> {
  const bottom = yield* view.bottomLine();
  const shown = `lines ${view.top.line + 1}-${bottom}${totalOf(view)}${atEnd ? ' (END)' : ''}`;
  return name === '' ? shown : `${name} ${shown}`;
}

function totalOf({ document: { isComplete, lines } }: View): string {
  return isComplete ? `/${lines.length}` : '';
}
