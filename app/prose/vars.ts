/** `{{name}}` in prose and commands: cutting a text at its placeholders, and filling them in. */

export type Piece = { text: string } | { name: string };

const placeholder = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g;

/** `a {{b}} c` becomes text, name, text. */
export function cutAtPlaceholders(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    const [whole, name = ''] = match;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ name });
    end = match.index + whole.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Fills in what is known and leaves the rest as it stands. */
export function fillKnown(text: string, vars: Readonly<Record<string, string>>): string {
  return text.replace(placeholder, (whole, name: string) => vars[name] ?? whole);
}

/**
 * MDX reads `{{name}}` in running text as an expression. Turns it into a component, outside code, where MDX leaves
 * braces alone.
 */
export function placeholdersToComponents(mdx: string): string {
  return mdx.replace(
    /(^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\2[^\S\n]*$|`+[^`\n]+`+)|\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/gm,
    (whole, code, _, name) => (typeof code === 'string' ? whole : `<Var name="${String(name)}" />`),
  );
}
