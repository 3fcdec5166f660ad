/**
 * Names of images: `nginx`, `registry.lab:5000/team/app:1.2`, `app@sha256:...`. The grammar is that of the distribution project's
 * reference package; what is left out means `docker.io`, `library/` and `latest`, as Docker reads it.
 */
import { ImageError } from '../error';
import { type Digest, parseDigest } from './digest';

export interface Reference {
  /** `docker.io`, `registry.lab:5000`. */
  domain: string;
  /** `library/nginx`. */
  path: string;
  tag: string | null;
  digest: Digest | null;
}

const defaultDomain = 'docker.io';
const official = 'library/';
const maxNameLength = 255;

const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domainName = new RegExp(`^(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const pathComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathName = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);
const tagName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** A name without its registry, `library/nginx`. */
export function isRepositoryPath(text: string): boolean {
  return pathName.test(text) && text.length <= maxNameLength;
}

export function isTag(text: string): boolean {
  return tagName.test(text);
}

/** Errors: `invalid-reference`, `invalid-digest`. */
export function parseReference(text: string): Reference {
  const wrong = (problem: string) => new ImageError('invalid-reference', text === '' ? '""' : text, problem);
  if (/^[a-f0-9]{64}$/.test(text)) throw wrong('is an image id, not a name');
  const [beforeDigest = '', ...afterAt] = text.split('@');
  if (afterAt.length > 1) throw wrong('has more than one @');
  const [encoded] = afterAt;
  const { name, tag } = splitTag(beforeDigest);
  if (tag !== null && !tagName.test(tag)) throw wrong(`${tag === '' ? 'an empty tag' : tag} is no tag`);
  const { domain, path } = splitDomain(name);
  if (!domainName.test(domain)) throw wrong(`${domain} is no name of a registry`);
  if (path !== path.toLowerCase()) throw wrong('a repository is written in lower case');
  if (!pathName.test(path)) throw wrong(`${path === '' ? 'an empty name' : path} is no repository`);
  if (`${domain}/${path}`.length > maxNameLength) throw wrong(`is longer than ${maxNameLength} characters`);
  return { domain, path, tag, digest: encoded === undefined ? null : parseDigest(encoded) };
}

/** The colon of a tag comes after the last slash; one before it is that of a port. */
function splitTag(text: string): { name: string; tag: string | null } {
  const colon = text.lastIndexOf(':');
  if (colon <= text.lastIndexOf('/')) return { name: text, tag: null };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** The first part is a registry when it could not be part of a path: a dot, a port, a capital letter or `localhost`. */
function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isDomain = slash > 0 && (/[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const [domain, path] = isDomain ? [first, name.slice(slash + 1)] : [defaultDomain, name];
  if (domain === 'index.docker.io') return { domain: defaultDomain, path: withOfficial(path) };
  return { domain, path: domain === defaultDomain ? withOfficial(path) : path };
}

function withOfficial(path: string): string {
  return path.includes('/') || path === '' ? path : official + path;
}

/** In full, as it is stored: `docker.io/library/nginx:latest`. Without tag and digest the tag is `latest`. */
export function canonicalName({ domain, path, tag, digest }: Reference): string {
  const shownTag = tag ?? (digest === null ? 'latest' : null);
  return `${domain}/${path}${shownTag === null ? '' : `:${shownTag}`}${digest === null ? '' : `@${digest}`}`;
}

/** As people write it, without what goes without saying: `nginx:latest`. */
export function familiarName(reference: Reference): string {
  const full = canonicalName(reference);
  if (reference.domain !== defaultDomain) return full;
  const short = full.slice(defaultDomain.length + 1);
  return short.startsWith(official) && !reference.path.slice(official.length).includes('/')
    ? short.slice(official.length)
    : short;
}
