/**
 * A registry over a store (OCI distribution-spec 1.1): a function from requests to responses, which serves a socket as well as a call
 * within a browser's tab.
 */
import type { ImageStore } from '../store/image-store';
import { Access, type AccessPolicy, tokenPath } from './access';
import { BlobEndpoints } from './blobs';
import { errorResponse, RegistryError } from './errors';
import { listPage } from './lists';
import { ManifestEndpoints } from './manifests';
import { Repositories } from './repositories';
import { type Route, routeOf } from './routes';
import type { Action, Resource } from './tokens';
import { Uploads } from './uploads';

export interface RegistryOptions {
  store: ImageStore;
  /** What names in the store begin with that are of this registry: `registry.lab:5000`, `docker.io`. */
  domain: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Hard to guess, and never the same twice. */
  newId: () => string;
  /** Everybody may do everything when it is left out. `key` is secret, at least 32 bytes. */
  auth?: { policy: AccessPolicy; key: Uint8Array };
  /** Whether manifests, tags and blobs can be deleted. */
  allowDelete?: boolean;
  limits?: Partial<Limits>;
}

interface Limits {
  /** Bytes. */
  blob: number;
  uploads: number;
  /** Milliseconds after which an upload that nobody goes on with, and a blob no manifest speaks of, are forgotten. */
  idleMs: number;
  tokenSeconds: number;
}
const usualLimits: Limits = { blob: 16 * 2 ** 30, uploads: 256, idleMs: 3_600_000, tokenSeconds: 300 };

const actionOf: Readonly<Record<string, Action[]>> = { GET: ['pull'], HEAD: ['pull'], DELETE: ['delete'] };

export class Registry {
  readonly #repositories: Repositories;
  readonly #uploads: Uploads;
  readonly #blobs: BlobEndpoints;
  readonly #manifests: ManifestEndpoints;
  readonly #access: Access | null;

  constructor(private readonly options: RegistryOptions) {
    const { store, domain, now, newId, auth } = options;
    const limits = { ...usualLimits, ...options.limits };
    const keepUntil = () => now() + limits.idleMs;
    this.#repositories = new Repositories(store, domain);
    this.#uploads = new Uploads(store.blobs, {
      newId,
      now,
      idleMs: limits.idleMs,
      most: limits.uploads,
      maxBytes: limits.blob,
    });
    this.#blobs = new BlobEndpoints(store, this.#repositories, this.#uploads, keepUntil);
    this.#manifests = new ManifestEndpoints(store, this.#repositories, keepUntil);
    this.#access = auth ? new Access({ ...auth, service: domain, now, tokenSeconds: limits.tokenSeconds }) : null;
  }

  readonly handle = async (request: Request): Promise<Response> => {
    const response = await this.#answer(request).catch(errorResponse);
    response.headers.set('Docker-Distribution-Api-Version', 'registry/2.0');
    if (request.method !== 'HEAD') return response;
    await response.body?.cancel();
    return new Response(null, response);
  };

  /** Forgets what nobody went on with. Whatever is no longer needed then goes with the store's next collection. */
  async tidy(): Promise<void> {
    await this.#uploads.expire(this.options.now());
    this.#repositories.expire(this.options.now());
  }

  /** Cancels every upload, and lets go of blobs without a manifest. */
  async close(): Promise<void> {
    await this.#uploads.close();
    this.#repositories.close();
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (this.#access && url.pathname === tokenPath) return this.#access.token(request, url);
    const route = routeOf(url);
    if (!route) throw new RegistryError('UNSUPPORTED', `there is nothing at ${url.pathname}`, { status: 404 });
    this.#access?.check(request, url, resourceOf(request.method, route));
    await this.tidy();
    return this.#dispatch(request, url, route);
  }

  async #dispatch(request: Request, url: URL, route: Route): Promise<Response> {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (route.kind === 'base' && method === 'GET') return Response.json({});
    if (route.kind === 'catalog' && method === 'GET') return listPage(url, 'repositories', this.#repositories.all());
    if (route.kind === 'base' || route.kind === 'catalog') throw unsupported(request, 'GET, HEAD');
    if ('last' in route) return this.#dispatchTo(request, url, route);
    const { name, kind } = route;
    if (kind === 'tags' && method === 'GET') return this.#tags(url, name);
    if (kind === 'uploads' && method === 'POST')
      return this.#blobs.post(name, request, url, (from) => this.#mayPull(request, from));
    throw unsupported(request, kind === 'tags' ? 'GET, HEAD' : 'POST');
  }

  #dispatchTo(request: Request, url: URL, { kind, name, last }: Extract<Route, { last: string }>): Promise<Response> {
    const { headers } = request;
    const method = request.method === 'HEAD' && kind !== 'upload' ? 'GET' : request.method;
    switch (`${method} ${kind}`) {
      case 'GET blob':
        return this.#blobs.get(name, last, headers.get('range'));
      case 'DELETE blob':
        return this.#deleting(() => this.#blobs.delete(name, last));
      case 'GET upload':
        return Promise.resolve(this.#blobs.status(name, last));
      case 'PATCH upload':
        return this.#blobs.patch(name, last, request);
      case 'PUT upload':
        return this.#blobs.put(name, last, request, url);
      case 'DELETE upload':
        return this.#blobs.cancel(name, last);
      case 'GET manifest':
        return this.#manifests.get(name, last, headers.get('accept'));
      case 'PUT manifest':
        return this.#manifests.put(name, last, request);
      case 'DELETE manifest':
        return this.#deleting(() => this.#manifests.delete(name, last));
      case 'GET referrers':
        return this.#manifests.referrers(name, last, url.searchParams.get('artifactType'));
      default:
        throw unsupported(request, kind === 'upload' ? 'GET, PATCH, PUT, DELETE' : 'GET, HEAD');
    }
  }

  #tags(url: URL, name: string): Response {
    if (!this.#repositories.has(name))
      throw new RegistryError('NAME_UNKNOWN', `there is no repository ${name}`, { status: 404 });
    return listPage(url, 'tags', this.#repositories.tags(name), { name });
  }

  #deleting(work: () => Promise<Response>): Promise<Response> {
    if (this.options.allowDelete ?? true) return work();
    throw new RegistryError('UNSUPPORTED', 'deleting is switched off in this registry');
  }

  #mayPull(request: Request, name: string): boolean {
    return this.#access?.allows(request, { type: 'repository', name, actions: ['pull'] }) ?? true;
  }
}

/** What a request needs a token for; null: any token will do. */
function resourceOf(method: string, route: Route): Resource | null {
  if (route.kind === 'base') return null;
  if (route.kind === 'catalog') return { type: 'registry', name: 'catalog', actions: ['*'] };
  const isOfUpload = route.kind === 'upload' || route.kind === 'uploads';
  const actions: Action[] = isOfUpload ? ['pull', 'push'] : (actionOf[method] ?? ['pull', 'push']);
  return { type: 'repository', name: route.name, actions };
}

function unsupported({ method, url }: Request, allowed: string): RegistryError {
  const message = `${method} of ${new URL(url).pathname} means nothing here, ${allowed} do`;
  return new RegistryError('UNSUPPORTED', message, { headers: { Allow: allowed } });
}
