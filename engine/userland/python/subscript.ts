/** Items of sequences and mappings: `a[b]`, slices, assignment to them and `del`. */

import { raise } from './errors';
import { guarded } from './operators';
import { asInt, type Py, PyBytes, PyDict, PyList, PyRange, PySlice, PyTuple, typeName } from './values';

export function subscript(object: Py, index: Py): Py {
  if (object instanceof PyDict) {
    const value = guarded(() => object.get(index));
    if (value === undefined) throw raise('KeyError', index);
    return value;
  }
  if (index instanceof PySlice) return slice(object, index);
  const at = asInt(index);
  const items = sequence(object);
  if (items === null) throw raise('TypeError', `'${typeName(object)}' object is not subscriptable`);
  if (at === null)
    throw raise(
      'TypeError',
      `${kindOf(object)} indices must be integers${typeof object === 'string' ? '' : ' or slices'}, not ${quotedType(object, index)}`,
    );
  const item = items.at(normalize(Number(at), items.length));
  if (item === undefined || Number(at) >= items.length || Number(at) < -items.length)
    throw raise('IndexError', `${kindOf(object)} index out of range`);
  return item;
}

function quotedType(object: Py, index: Py): string {
  return typeof object === 'string' ? `'${typeName(index)}'` : typeName(index);
}

function kindOf(object: Py): string {
  return typeof object === 'string' ? 'string' : typeName(object);
}

function normalize(at: number, length: number): number {
  return at < 0 ? at + length : at;
}

function sequence(object: Py): readonly Py[] | null {
  if (object instanceof PyList || object instanceof PyTuple) return object.items;
  if (typeof object === 'string') return [...object];
  if (object instanceof PyBytes) return Array.from(object.bytes, BigInt);
  if (object instanceof PyRange && object.length > 4_000_000) throw raise('MemoryError');
  if (object instanceof PyRange)
    return Array.from({ length: object.length }, (_, at) => object.start + BigInt(at) * object.step);
  return null;
}

function slice(object: Py, { start, stop, step }: PySlice): Py {
  const items = sequence(object);
  if (items === null) throw raise('TypeError', `'${typeName(object)}' object is not subscriptable`);
  const by = Number(asInt(step) ?? 1n);
  if (by === 0) throw raise('ValueError', 'slice step cannot be zero');
  const { length } = items;
  const bound = (value: Py, otherwise: number) => {
    const whole = asInt(value);
    if (whole === null) return otherwise;
    const at = Number(whole) < 0 ? Number(whole) + length : Number(whole);
    return by > 0 ? Math.max(0, Math.min(length, at)) : Math.max(-1, Math.min(length - 1, at));
  };
  const [from, to] = by > 0 ? [bound(start, 0), bound(stop, length)] : [bound(start, length - 1), bound(stop, -1)];
  const chosen: Py[] = [];
  for (let at = from; by > 0 ? at < to : at > to; at += by) chosen.push(items[at] ?? null);
  if (typeof object === 'string') return chosen.join('');
  if (object instanceof PyTuple) return new PyTuple(chosen);
  if (object instanceof PyBytes) return new PyBytes(Uint8Array.from(chosen, (item) => Number(asInt(item) ?? 0n)));
  return new PyList(chosen);
}

export function storeItem(object: Py, index: Py, value: Py): void {
  if (object instanceof PyDict) {
    guarded(() => object.set(index, value));
    return;
  }
  const at = asInt(index);
  if (!(object instanceof PyList) || at === null)
    throw raise('TypeError', `'${typeName(object)}' object does not support item assignment`);
  const place = normalize(Number(at), object.items.length);
  if (place < 0 || place >= object.items.length) throw raise('IndexError', 'list assignment index out of range');
  object.items[place] = value;
}

export function deleteItem(object: Py, index: Py): void {
  if (object instanceof PyDict) {
    if (!guarded(() => object.delete(index))) throw raise('KeyError', index);
    return;
  }
  const at = asInt(index);
  if (!(object instanceof PyList) || at === null)
    throw raise('TypeError', `'${typeName(object)}' object doesn't support item deletion`);
  const place = normalize(Number(at), object.items.length);
  if (place < 0 || place >= object.items.length) throw raise('IndexError', 'list assignment index out of range');
  object.items.splice(place, 1);
}
