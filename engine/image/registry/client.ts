/** Pulls from and pushes to any registry (OCI distribution-spec 1.1). */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { canonicalName, type Reference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { Connection, type Credentials, type Fetch } from './connection';
import { Pull, type PullOptions } from './pull';
import { Push, type PushOptions } from './push';

export interface ClientOptions {
  fetch: Fetch;
  /** Lets that many milliseconds pass. */
  wait: (ms: number) => Promise<void>;
  /** Where the registry of a name is: `endpointOf` for those on the Internet. */
  endpoint: (domain: string) => string;
  credentials?: (domain: string) => Credentials | undefined;
}

export class RegistryClient {
  readonly #connections = new Map<string, Connection>();

  constructor(private readonly options: ClientOptions) {}

  /** Errors: `registry-failure`, `digest-mismatch`, `size-mismatch`, `no-platform`, `invalid-manifest`. What was fetched until then is kept until the next collection. */
  pull(store: ImageStore, reference: Reference, options: PullOptions): Promise<Descriptor> {
    return new Pull(this.#connection(reference), store, reference, options).run();
  }

  /** Pushes what `source` names in the store, which is `reference` itself when left out. Errors: `unknown-image`, and those of `pull`. */
  async push(
    store: ImageStore,
    reference: Reference,
    { source = reference, ...options }: PushOptions & { source?: Reference } = {},
  ): Promise<Descriptor> {
    const target = store.find(source);
    if (!target) throw new ImageError('unknown-image', canonicalName(source), 'no image has this name');
    return new Push(this.#connection(reference), store, reference, options).run(target);
  }

  #connection({ domain }: Reference): Connection {
    const known = this.#connections.get(domain);
    if (known) return known;
    const { fetch, wait, endpoint, credentials: credentialsOf } = this.options;
    const credentials = credentialsOf?.(domain);
    const connection = new Connection({
      fetch,
      wait,
      endpoint: endpoint(domain),
      ...(credentials ? { credentials } : {}),
    });
    this.#connections.set(domain, connection);
    return connection;
  }
}

/** HTTPS, except for what is on this computer; Docker Hub's registry has another name than its images. */
export function endpointOf(domain: string): string {
  if (domain === 'docker.io') return 'https://registry-1.docker.io';
  const isLocal = /^(?:localhost|127\.[0-9.]+|\[::1\])(?::\d+)?$/.test(domain);
  return `${isLocal ? 'http' : 'https'}://${domain}`;
}
