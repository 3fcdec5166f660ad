/** The reserved words (bash(1), "RESERVED WORDS"), in the order in which compgen names them. */
export const keywords: readonly string[] = [
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
];

export function isKeyword(word: string): boolean {
  return keywords.includes(word);
}
