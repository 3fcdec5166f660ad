/** Variables as `declare -p` and `set` print them. */
import { arrayText, attributesOf } from '../expand/operations';
import { declareQuote, listQuote } from '../expand/quote';
import type { Variable } from '../state/variable';

/** `declare -i x="1"`. */
export function declaration(variable: Variable, full: boolean): string {
  const attributes = attributesOf(variable);
  const head = full ? `declare -${attributes === '' ? '-' : attributes} ` : '';
  const { value } = variable;
  if (value === null || variable.isBlank) return `${head}${variable.name}\n`;
  if (typeof value === 'string') return `${head}${variable.name}=${full ? declareQuote(value) : listQuote(value)}\n`;
  return `${head}${variable.name}=${arrayText(variable)}\n`;
}

/** A line of `set`. */
export function settingLine(variable: Variable): string {
  const { value } = variable;
  if (value === null || variable.isBlank) return '';
  if (typeof value === 'string') return `${variable.name}=${listQuote(value)}\n`;
  return `${variable.name}=${arrayText(variable)}\n`;
}
