/** Arguments and environment of execve(2): how much may be given, and how programs here get them. */
import { bare } from '../abi/bare';
import { SysError } from '../abi/errno';

/** A quarter of the stack's usual limit; MAX_ARG_STRLEN for one of them. */
const maxBytes = 2 * 1024 * 1024;
const maxOneBytes = 131_072;
const pointerBytes = 8;

/** E2BIG. */
export function checkArguments(argv: readonly string[], env: readonly string[]): void {
  let total = 0;
  for (const list of [argv, env]) {
    for (const text of list) {
      const bytes = byteLength(text) + 1;
      if (bytes > maxOneBytes) throw new SysError('E2BIG');
      total += bytes + pointerBytes;
    }
  }
  if (total > maxBytes) throw new SysError('E2BIG');
}

function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A pair of surrogates is two units and four bytes.
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    bytes += unit < 0x800 || isSurrogate ? 1 : 2;
  }
  return bytes;
}

/** By name; of two entries with the same name the first counts, as getenv(3) finds it. */
export function environmentOf(env: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = bare({});
  for (const entry of env) {
    const equals = entry.indexOf('=');
    if (equals <= 0) continue;
    const name = entry.slice(0, equals);
    variables[name] ??= entry.slice(equals + 1);
  }
  return variables;
}
