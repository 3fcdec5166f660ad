/** Requests to one registry, with the tokens it wants (distribution project, "Token Authentication Specification"). */
import { z } from 'zod';
import { ImageError } from '../error';
import { parseJson } from '../spec/parse-json';
import { wholeOf } from '../streams';
import { type Challenge, parseChallenges } from './challenge';

export type Fetch = (request: Request) => Promise<Response>;

export interface Credentials {
  user: string;
  password: string;
}

export interface ConnectionOptions {
  fetch: Fetch;
  /** `https://registry-1.docker.io`. */
  endpoint: string;
  credentials?: Credentials;
  /** Lets that many milliseconds pass. */
  wait: (ms: number) => Promise<void>;
}

export interface Ask {
  method: string;
  /** A path, or a whole address that the registry gave. */
  url: string;
  /** What a token has to be for: `repository:app:pull`. */
  scopes: readonly string[];
  headers?: Record<string, string>;
  /** Made anew for each attempt. */
  body?: () => ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
}

/** An answer that was not the wanted one. `status` is that of HTTP. */
export class RegistryFailure extends ImageError {
  constructor(
    readonly status: number,
    subject: string,
    problem: string,
  ) {
    super('registry-failure', subject, problem);
  }
}

const maxAnswerBytes = 1 << 20;
const attempts = 4;

const TokenSchema = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token, access_token }, context) => {
    const found = token ?? access_token;
    if (found === undefined) context.addIssue('has no token');
    return found ?? '';
  });
const ErrorsSchema = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().optional() })) });

export class Connection {
  /** `Authorization` by the scopes it is for. */
  readonly #authorizations = new Map<string, string>();

  constructor(private readonly options: ConnectionOptions) {}

  /** The answer, if its status is one of `expected`. Errors: `RegistryFailure` with what the registry says. */
  async ask(asked: Ask, expected: readonly number[]): Promise<Response> {
    const response = await this.#authorized(asked);
    if (expected.includes(response.status)) return response;
    throw await failure(asked, response);
  }

  /** Does it again after a broken line or an answer that says to come back later, a few times. */
  async persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === attempts || !isPassing(error)) throw error;
        await this.options.wait(100 * 4 ** (attempt - 1));
      }
    }
  }

  async #authorized(asked: Ask): Promise<Response> {
    const key = asked.scopes.join(' ');
    const first = await this.#send(asked, this.#authorizations.get(key));
    if (first.status !== 401) return first;
    const authorization = await this.#authorize(asked, parseChallenges(first.headers.get('www-authenticate')));
    if (authorization === null) return first;
    await first.body?.cancel();
    this.#authorizations.set(key, authorization);
    return this.#send(asked, authorization);
  }

  #send({ method, url, headers, body }: Ask, authorization: string | undefined): Promise<Response> {
    const target = new URL(url, this.options.endpoint);
    // A token is nobody else's business.
    const isHere = target.origin === new URL(this.options.endpoint).origin;
    const sent = { ...headers, ...(authorization !== undefined && isHere ? { authorization } : {}) };
    const init = { method, headers: sent, ...(body ? { body: body(), duplex: 'half' } : {}) };
    return this.options.fetch(new Request(target, init));
  }

  /** Null when nothing can be done about it. */
  async #authorize({ scopes }: Ask, challenges: readonly Challenge[]): Promise<string | null> {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer) return this.#fetchToken(bearer, scopes);
    const { credentials } = this.options;
    return credentials && challenges.some(({ scheme }) => scheme === 'basic') ? basic(credentials) : null;
  }

  async #fetchToken({ parameters }: Challenge, scopes: readonly string[]): Promise<string> {
    const url = new URL(parameters.get('realm') ?? '', this.options.endpoint);
    const service = parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    for (const scope of new Set(scopes)) url.searchParams.append('scope', scope);
    const { credentials, fetch } = this.options;
    const headers: Record<string, string> = credentials ? { authorization: basic(credentials) } : {};
    const asked = { method: 'GET', url: url.href, scopes };
    const response = await fetch(new Request(url, { headers }));
    if (!response.ok) throw await failure(asked, response);
    const content = await wholeOf(response.body, maxAnswerBytes);
    return `Bearer ${parseJson(TokenSchema, content ?? new Uint8Array(), url.href)}`;
  }
}

/** Worth another attempt: the line broke, or the registry says so (distribution-spec 1.1, "Errors"). */
function isPassing(error: unknown): boolean {
  if (error instanceof RegistryFailure) return [429, 502, 503, 504].includes(error.status);
  return !(error instanceof ImageError);
}

async function failure({ method, url }: Ask, response: Response): Promise<RegistryFailure> {
  const content = await wholeOf(response.body, maxAnswerBytes).catch(() => null);
  const told = content && errorsIn(content);
  return new RegistryFailure(response.status, `${method} ${url}`, `${response.status}${told ? `, ${told}` : ''}`);
}

function errorsIn(content: Uint8Array): string | null {
  try {
    const { errors } = parseJson(ErrorsSchema, content, 'the answer');
    return errors.map(({ code, message }) => (message ? `${code}: ${message}` : code)).join('; ');
  } catch {
    return null;
  }
}

function basic({ user, password }: Credentials): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}
