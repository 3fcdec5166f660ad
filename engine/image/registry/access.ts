/**
 * Who may do what. A request without a token that allows it is told where to get one; there, with a name and a password or without, comes
 * a token for what the policy grants (distribution project, "Token Authentication Specification").
 */
import { RegistryError } from './errors';
import { type Claims, parseScope, type Resource, signToken, verifyToken } from './tokens';

export interface AccessPolicy {
  /** False for an unknown name as for a wrong password. */
  isUser(name: string, password: string): boolean | Promise<boolean>;
  /** What of it is granted; `user` is null for whoever gives no name. */
  granted(user: string | null, wanted: Resource): Resource['actions'];
}

export interface AccessOptions {
  policy: AccessPolicy;
  /** Secret, at least 32 bytes. */
  key: Uint8Array;
  /** What the tokens are for: the registry's name. */
  service: string;
  tokenSeconds: number;
  now: () => number;
}

export const tokenPath = '/token';

export class Access {
  constructor(private readonly options: AccessOptions) {}

  /** Errors: UNAUTHORIZED with the way to a token; DENIED when the token says that it was asked for and not granted. */
  check(request: Request, url: URL, wanted: Resource | null): void {
    const claims = this.#claims(request);
    if (!claims) throw this.#unauthorized(url, wanted, request.headers.has('authorization') ? 'invalid_token' : null);
    if (!wanted || allows(claims, wanted)) return;
    if (!claims.access.some(({ type, name }) => type === wanted.type && name === wanted.name))
      throw this.#unauthorized(url, wanted, 'insufficient_scope');
    throw new RegistryError(
      'DENIED',
      `${claims.sub || 'anonymous'} may not ${wanted.actions.join(' and ')} ${wanted.name}`,
    );
  }

  allows(request: Request, wanted: Resource): boolean {
    const claims = this.#claims(request);
    return claims !== null && allows(claims, wanted);
  }

  /** The token endpoint. Errors: UNAUTHORIZED for a wrong password, never for a scope: what is not granted is left out. */
  async token(request: Request, url: URL): Promise<Response> {
    if (request.method !== 'GET') throw new RegistryError('UNSUPPORTED', 'a token is asked for with GET');
    const user = await this.#user(request.headers.get('authorization'));
    const scopes = url.searchParams.getAll('scope').flatMap((text) => text.split(' '));
    const access = scopes.flatMap((text) => {
      const wanted = parseScope(text);
      return wanted ? [{ ...wanted, actions: this.options.policy.granted(user, wanted) }] : [];
    });
    const { now, tokenSeconds, service, key } = this.options;
    const iat = Math.floor(now() / 1000);
    const token = signToken({ sub: user ?? '', aud: service, iat, exp: iat + tokenSeconds, access }, key);
    const issuedAt = new Date(iat * 1000).toISOString();
    return Response.json({ token, access_token: token, expires_in: tokenSeconds, issued_at: issuedAt });
  }

  async #user(authorization: string | null): Promise<string | null> {
    if (authorization === null) return null;
    const [, encoded = ''] =
      /^Basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(authorization) ?? [];
    const text = new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)));
    const colon = text.indexOf(':');
    const name = text.slice(0, colon);
    if (colon > 0 && (await this.options.policy.isUser(name, text.slice(colon + 1)))) return name;
    throw new RegistryError('UNAUTHORIZED', 'the name or the password is wrong');
  }

  #claims(request: Request): Claims | null {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const { key, service, now } = this.options;
    return token === undefined ? null : verifyToken(token, key, service, now());
  }

  #unauthorized(url: URL, wanted: Resource | null, error: string | null): RegistryError {
    const parts = [
      `realm="${new URL(tokenPath, url)}"`,
      `service="${this.options.service}"`,
      ...(wanted ? [`scope="${wanted.type}:${wanted.name}:${wanted.actions.join(',')}"`] : []),
      ...(error === null ? [] : [`error="${error}"`]),
    ];
    return new RegistryError('UNAUTHORIZED', 'a token is needed that allows it', {
      headers: { 'WWW-Authenticate': `Bearer ${parts.join(',')}` },
    });
  }
}

function allows({ access }: Claims, wanted: Resource): boolean {
  return wanted.actions.every((action) =>
    access.some(
      ({ type, name, actions }) =>
        type === wanted.type && name === wanted.name && (actions.includes(action) || actions.includes('*')),
    ),
  );
}
