/**
 * JSON that anybody may have written, taken apart by hand: this room is part of every lab in a tab, whose first prompt does
 * not wait for zod (the rooms that own these formats have schemas, and refuse; here what cannot be read is left out).
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null when it is not JSON, or not an object. */
export function parseObject(text: string | null): JsonObject | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function objectAt(object: JsonObject | null | undefined, key: string): JsonObject | null {
  const value = object?.[key];
  return isObject(value) ? value : null;
}

export function textAt(object: JsonObject | null | undefined, key: string): string | null {
  const value = object?.[key];
  return typeof value === 'string' ? value : null;
}

export function integerAt(object: JsonObject | null | undefined, key: string): number | null {
  const value = object?.[key];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

export function listAt(object: JsonObject | null | undefined, key: string): readonly unknown[] {
  const value = object?.[key];
  return Array.isArray(value) ? value : [];
}

/** The objects among the elements. */
export function objectsAt(object: JsonObject | null | undefined, key: string): JsonObject[] {
  return listAt(object, key).filter(isObject);
}

/** The texts among the elements. */
export function textsAt(object: JsonObject | null | undefined, key: string): string[] {
  return listAt(object, key).filter((value) => typeof value === 'string');
}

/** The texts among the properties. */
export function textMapAt(object: JsonObject | null | undefined, key: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectAt(object, key) ?? {}))
    if (typeof value === 'string') texts[name] = value;
  return texts;
}
