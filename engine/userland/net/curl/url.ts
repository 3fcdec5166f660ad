/** URLs as curl(1) takes them: without a scheme it is http. */
import { bare } from '../../../kernel/sim';
import { shortIpv4 } from '../names';

export interface CurlUrl {
  scheme: string;
  user: string | null;
  /** Without brackets. */
  host: string;
  port: number;
  hasPort: boolean;
  /** With the query. */
  path: string;
  /** As it is written for `Host:` and `%{url_effective}`. */
  authority: string;
}

const ports: Record<string, number> = bare({ http: 80, https: 443, ftp: 21, file: 0 });

/** Null for what is no URL. */
export function parseUrl(text: string): CurlUrl | null {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)/.exec(text);
  if (!match) return null;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const authorityText = match[2] ?? '';
  const rest = match[3] ?? '';
  if (scheme === 'file')
    return {
      scheme,
      user: null,
      host: '',
      port: 0,
      hasPort: false,
      path: `${authorityText === '' || authorityText === 'localhost' ? '' : `/${authorityText}`}${rest}`,
      authority: '',
    };
  const at = authorityText.lastIndexOf('@');
  const user = at < 0 ? null : authorityText.slice(0, at);
  const hostPort = authorityText.slice(at + 1);
  const parts = /^(\[[^\]]+\]|[^:]*)(?::(\d*))?$/.exec(hostPort);
  if (!parts || (parts[1] ?? '') === '') return null;
  const port = parts[2] === undefined || parts[2] === '' ? (ports[scheme] ?? 0) : Number(parts[2]);
  if (port > 65535) return null;
  const host = (parts[1] ?? '').replace(/^\[|\]$/g, '');
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return {
    scheme,
    user,
    host: numeric(host),
    port,
    hasPort: parts[2] !== undefined && parts[2] !== '',
    path,
    authority: hostPort,
  };
}

function numeric(host: string): string {
  const value = /^[\d.x]+$/i.test(host) ? shortIpv4(host) : null;
  return value === null ? host : [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function urlText({ scheme, authority, path }: CurlUrl): string {
  return `${scheme}://${authority}${path}`;
}

/** Where a `Location:` leads. */
export function follow(from: CurlUrl, location: string): CurlUrl | null {
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(location)) return parseUrl(location);
  if (location.startsWith('//')) return parseUrl(`${from.scheme}:${location}`);
  const [base = '/'] = from.path.split('?');
  const path = location.startsWith('/') ? location : `${base.slice(0, base.lastIndexOf('/') + 1)}${location}`;
  return { ...from, path };
}
