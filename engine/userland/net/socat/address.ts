/** How socat(1) writes an address: `TYPE:parameter:parameter,option,option=value`. */
export interface Address {
  /** In capitals. */
  type: string;
  /** As it was written. */
  spelled: string;
  parameters: string[];
  options: Map<string, string>;
}

/** `-` and a bare number, a path. */
export function parseAddress(text: string): Address {
  const parts = split(text, ',');
  const [head = ''] = parts;
  const options = new Map<string, string>();
  for (const part of parts.slice(1)) {
    const at = part.indexOf('=');
    options.set((at < 0 ? part : part.slice(0, at)).toLowerCase(), at < 0 ? '' : unquoted(part.slice(at + 1)));
  }
  const [type = '', ...parameters] = split(head, ':').map(unquoted);
  if (type === '-' || type === 'STDIO') return { type: 'STDIO', spelled: type, parameters, options };
  if (/^\d+$/.test(type)) return { type: 'FD', spelled: type, parameters: [type], options };
  if (type.includes('/') && parameters.length === 0)
    return { type: 'GOPEN', spelled: type, parameters: [type], options };
  // What a shell is to run keeps its colons.
  const isCommand = /^(EXEC|SYSTEM|SHELL)$/i.test(type);
  const command = isCommand ? [unquoted(head.slice(type.length + 1))] : parameters;
  return { type: type.toUpperCase(), spelled: type, parameters: command, options };
}

/** Not within quotes, brackets and parentheses, nor after a backslash. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') {
      part += char + text.charAt(++at);
      continue;
    }
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[' || char === '(') depth++;
    else if (char === ']' || char === ')') depth--;
    else if (char === separator && depth <= 0) {
      parts.push(part);
      part = '';
      continue;
    }
    part += char;
  }
  return [...parts, part];
}

function unquoted(text: string): string {
  return text.replace(/\\(.)|["']/g, (_, char: string | undefined) => char ?? '');
}
