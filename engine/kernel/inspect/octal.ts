/** Undoes the octal escapes (`\040` for a blank) of `/proc` tables: fs/seq_file.c mangle_path() and seq_escape(). */
export function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
