/** What a request is about, by its path (OCI distribution-spec 1.1, "Endpoints"). */
import { isRepositoryPath } from '../spec/reference';
import { RegistryError } from './errors';

export type Route =
  | { kind: 'base' }
  | { kind: 'catalog' }
  | { kind: 'tags' | 'uploads'; name: string }
  /** `last` is the end of the path: a tag or digest, a digest, the id of an upload. */
  | { kind: 'manifest' | 'blob' | 'upload' | 'referrers'; name: string; last: string };

/** The name of a repository may have parts that look like these: what counts is the end. */
const withoutLast: ReadonlyArray<[RegExp, 'tags' | 'uploads']> = [
  [/^\/v2\/(.+)\/tags\/list$/, 'tags'],
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, 'uploads'],
];
const withLast: ReadonlyArray<[RegExp, 'manifest' | 'blob' | 'upload' | 'referrers']> = [
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, 'upload'],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, 'blob'],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, 'manifest'],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, 'referrers'],
];

/** Null when there is nothing under this path. Errors: NAME_INVALID. */
export function routeOf(url: URL): Route | null {
  const path = decoded(url.pathname);
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  for (const [pattern, kind] of withoutLast) {
    const [, name] = pattern.exec(path) ?? [];
    if (name !== undefined) return { kind, name: validName(name) };
  }
  for (const [pattern, kind] of withLast) {
    const [, name, last] = pattern.exec(path) ?? [];
    if (name !== undefined && last !== undefined) return { kind, name: validName(name), last };
  }
  return null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RegistryError('NAME_INVALID', `${path} has a percent sign that stands for nothing`);
  }
}

function validName(name: string): string {
  if (isRepositoryPath(name)) return name;
  throw new RegistryError('NAME_INVALID', `${name} is no name of a repository: lower case, parts with slashes between`);
}
