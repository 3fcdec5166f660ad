/** JSON as it passed between a runtime and a plugin: read once, and printed in lines of coloured words. */
import type { CniCall } from '../../../engine/state';

type JsonObject = Readonly<Record<string, unknown>>;

export interface CniTexts {
  stdin: JsonObject | null;
  stdout: JsonObject | null;
}

/** What a call said does not change; it is parsed once. */
const known = new WeakMap<CniCall, CniTexts>();

export function textsOf(call: CniCall): CniTexts {
  const texts = known.get(call) ?? { stdin: objectIn(call.stdin), stdout: objectIn(call.stdout) };
  known.set(call, texts);
  return texts;
}

function objectIn(text: string): JsonObject | null {
  const value = parsed(text);
  return isObject(value) ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function stringIn(object: JsonObject | null, key: string): string | null {
  const value = object?.[key];
  return typeof value === 'string' ? value : null;
}

export function numberIn(object: JsonObject | null, key: string): number | null {
  const value = object?.[key];
  return typeof value === 'number' ? value : null;
}

/** The objects of a list, `ips` of a result. */
export function objectsIn(object: JsonObject | null, key: string): JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringsIn(object: JsonObject | null, key: string): string[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export interface Word {
  kind: 'key' | 'string' | 'number' | 'keyword' | 'punctuation';
  text: string;
}

const pattern =
  /(?<key>"(?:[^"\\]|\\.)*")(?=:)|(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\d[\d.eE+-]*)|(?<keyword>true|false|null)|[\s{}[\],:]+/g;

/** Lines of the text, indented by two where it is JSON, and as it is where not. */
export function linesOf(text: string): Word[][] {
  const value = parsed(text);
  if (value === undefined) {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => [{ kind: 'punctuation', text: line }]);
  }
  return printed(value, '').split('\n').map(wordsOf);
}

/** What fits into a line stays in one, as people write such files. */
const lineLength = 46;

function printed(value: unknown, indent: string): string {
  const short = inline(value);
  if (short.length + indent.length <= lineLength || typeof value !== 'object' || value === null) return short;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((one) => printed(one, deeper))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${printed(one, deeper)}`);
  return `${open}\n${parts.map((part) => `${deeper}${part}`).join(',\n')}\n${indent}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function wordsOf(line: string): Word[] {
  return [...line.matchAll(pattern)].map(({ 0: text, groups }) => ({
    kind: groups?.key
      ? 'key'
      : groups?.string
        ? 'string'
        : groups?.number
          ? 'number'
          : groups?.keyword
            ? 'keyword'
            : 'punctuation',
    text,
  }));
}
