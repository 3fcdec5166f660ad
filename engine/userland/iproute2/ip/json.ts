/** JSON as iproute2 writes it: on one line, or with `-p` indented in its own way. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function jsonText(values: readonly Json[], pretty: boolean): string {
  if (!pretty) return `${JSON.stringify(values)}\n`;
  if (values.length === 0) return '[ ]\n';
  return `[ ${values.map((value) => prettyText(value, 1)).join(',')} ]\n`;
}

function prettyText(value: Json, depth: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) {
    if (value.length === 0) return '[ ]';
    return `[ ${value.map((one) => prettyText(one, depth + 1)).join(',')} ]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{ }';
  const indent = '    '.repeat(depth + 1);
  const lines = entries.map(([key, one]) => `${indent}${JSON.stringify(key)}: ${prettyText(one, depth + 1)}`);
  return `{\n${lines.join(',\n')}\n${'    '.repeat(depth)}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
