/**
 * Who may talk to this server. It listens on loopback, but any page on the web can send requests there through the
 * learner's browser: the `Origin` it carries, and the `Host` it was tricked into (DNS rebinding), give it away.
 */
import type { IncomingMessage } from 'node:http';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Addresses a server in `host` mode may listen on. */
export function isLoopback(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}

/** Why the request is refused; null when it may pass. */
export function refusalOf(request: Pick<IncomingMessage, 'headers'>, port: number): string | null {
  const own = loopbackNames.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const { host, origin } = request.headers;
  if (host === undefined || !own.includes(host.toLowerCase())) {
    return `This server answers to ${own.join(', ')} only, not to ${quote(host)}. Open http://localhost:${port}/ instead.`;
  }
  if (origin !== undefined && !own.map((name) => `http://${name}`).includes(origin.toLowerCase())) {
    return `Requests from pages of ${quote(origin)} are refused: only this server's own pages may use it.`;
  }
  return null;
}

function quote(value: string | undefined): string {
  return value === undefined ? 'an unnamed host' : JSON.stringify(value.slice(0, 200));
}
