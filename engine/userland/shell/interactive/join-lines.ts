/** A command of several lines as one entry of the history (`shopt -s cmdhist`, bashhist.c). */
import { parseText } from '../parse/parse';

/** With semicolons where the shell would have taken one, else with the newline itself. */
export function joinLines(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    if (text === '') {
      text = line;
      continue;
    }
    text += separatorAfter(text) + line;
  }
  return text;
}

function separatorAfter(text: string): string {
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return '\n';
  const parsed = parseText(`${text}\n`);
  if (parsed.openHereDocuments.length > 0) return '\n';
  if (parsed.problem?.kind === 'unfinished' && parsed.problem.awaited !== null) {
    return parsed.problem.awaited === ')' && !/["'`]/.test(text) ? ' ' : '\n';
  }
  if (/(?:^|[\s;&|(])(?:then|do|else|elif|in|if|while|until|\{|\()$|[;&|({]$|\)$/.test(text.trimEnd())) return ' ';
  return '; ';
}
