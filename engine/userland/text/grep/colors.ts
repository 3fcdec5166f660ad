/** GREP_COLORS (grep(1), section ENVIRONMENT). */
export interface Colors {
  selectedMatch: string;
  contextMatch: string;
  selectedLine: string;
  contextLine: string;
  fileName: string;
  lineNumber: string;
  byteNumber: string;
  separator: string;
  /** Clears to the end of the line after each change. */
  clears: boolean;
}

export function readColors(variable: string | undefined): Colors {
  const colors: Colors = {
    selectedMatch: '01;31',
    contextMatch: '01;31',
    selectedLine: '',
    contextLine: '',
    fileName: '35',
    lineNumber: '32',
    byteNumber: '32',
    separator: '36',
    clears: true,
  };
  for (const item of (variable ?? '').split(':')) {
    const [name, value = ''] = item.split('=', 2);
    if (name === 'mt') colors.selectedMatch = colors.contextMatch = value;
    else if (name === 'ms') colors.selectedMatch = value;
    else if (name === 'mc') colors.contextMatch = value;
    else if (name === 'sl') colors.selectedLine = value;
    else if (name === 'cx') colors.contextLine = value;
    else if (name === 'fn') colors.fileName = value;
    else if (name === 'ln') colors.lineNumber = value;
    else if (name === 'bn') colors.byteNumber = value;
    else if (name === 'se') colors.separator = value;
    else if (name === 'ne') colors.clears = false;
  }
  return colors;
}

export function paint(colors: Colors | null, color: string, text: string): string {
  if (colors === null || color === '' || text === '') return text;
  const clear = colors.clears ? '\x1b[K' : '';
  return `\x1b[${color}m${clear}${text}\x1b[m${clear}`;
}
