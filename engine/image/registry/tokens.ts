/** Bearer tokens: what somebody may do, until when, signed by the registry itself (RFC 7519 with HS256). */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';

const actions = ['pull', 'push', 'delete', '*'] as const;
export type Action = (typeof actions)[number];

const ResourceSchema = z.object({ type: z.string(), name: z.string(), actions: z.array(z.enum(actions)) });
/** `repository` with its name, or `registry` named `catalog`, and what is to be done with it. */
export type Resource = z.infer<typeof ResourceSchema>;

const ClaimsSchema = z.object({
  /** Who; empty for somebody without a name. */
  sub: z.string(),
  aud: z.string(),
  /** Seconds since 1970. */
  iat: z.number(),
  exp: z.number(),
  access: z.array(ResourceSchema),
});
export type Claims = z.infer<typeof ClaimsSchema>;

const header = encode(new TextEncoder().encode('{"alg":"HS256","typ":"JWT"}'));

export function signToken(claims: Claims, key: Uint8Array): string {
  const signed = `${header}.${encode(new TextEncoder().encode(JSON.stringify(claims)))}`;
  return `${signed}.${signature(signed, key)}`;
}

/** Null for one that is not ours, was changed, is for another service, or is too old. */
export function verifyToken(token: string, key: Uint8Array, service: string, now: number): Claims | null {
  const [head = '', body = '', mac = '', ...more] = token.split('.');
  if (head !== header || more.length > 0 || !isSame(mac, signature(`${head}.${body}`, key))) return null;
  const claims = ClaimsSchema.parse(JSON.parse(new TextDecoder().decode(decode(body))));
  return claims.aud === service && claims.exp * 1000 > now ? claims : null;
}

/** `repository:team/app:pull,push`: the name may have colons of its own. Null when it is none. */
export function parseScope(text: string): Resource | null {
  const [, type, name, wanted] = /^([a-z]+)(?:\([a-z]+\))?:(.+):([a-z*,]*)$/.exec(text) ?? [];
  if (type === undefined || name === undefined || wanted === undefined) return null;
  return { type, name, actions: actions.filter((action) => wanted.split(',').includes(action)) };
}

function signature(text: string, key: Uint8Array): string {
  return encode(hmac(sha256, key, new TextEncoder().encode(text)));
}

/** Takes as long whatever the difference is. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) difference |= a.charCodeAt(i % Math.max(1, a.length)) ^ b.charCodeAt(i);
  return difference === 0;
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function decode(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
