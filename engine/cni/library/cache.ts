/**
 * What ADD resulted in, kept until DEL: files in the layout that the reference library has, so that either reads the
 * other's (`/var/lib/cni/results/NETWORK-CONTAINER-IFNAME`; kind `cniCacheV1`).
 */
import { z } from 'zod';
import { decodeBase64, encodeBase64 } from '../base64';
import type { CniFiles } from '../files';
import { CniError, decodeObject, errorCodes, type JsonObject, parseResult, type Result, resultObject } from '../spec';
import type { CachedAttachment, RuntimeConfig } from './attachment';

const kind = 'cniCacheV1';

const EntrySchema = z.object({
  kind: z.literal(kind),
  containerId: z.string(),
  /** Base64. */
  config: z.string().default(''),
  ifName: z.string(),
  networkName: z.string(),
  netns: z.string().default(''),
  cniArgs: z
    .array(z.tuple([z.string(), z.string()]))
    .nullish()
    .transform((args) => args ?? []),
  capabilityArgs: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((args) => args ?? {}),
  result: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((result) => result ?? undefined),
});

export class ResultCache {
  private readonly directory: string;

  constructor(
    private readonly files: CniFiles,
    cacheDirectory: string,
  ) {
    this.directory = `${cacheDirectory}/results`;
  }

  /** `version` is the configuration's, `config` its text. */
  async store(network: string, version: string, config: string, runtime: RuntimeConfig, result: Result): Promise<void> {
    const { containerId, ifname, netns, args = [], capabilityArgs = {} } = runtime;
    const entry = {
      kind,
      containerId,
      config: encodeBase64(config),
      ifName: ifname,
      networkName: network,
      ...(netns === '' ? {} : { netns }),
      ...(args.length === 0 ? {} : { cniArgs: args }),
      ...(Object.keys(capabilityArgs).length === 0 ? {} : { capabilityArgs }),
      result: resultObject(result, version),
    };
    await this.files.makeDirectory(this.directory, 0o700);
    await this.files.write(this.path(network, runtime), JSON.stringify(entry));
  }

  /** Undefined when it was never added, or is deleted. Errors: 6 when the file cannot be understood. */
  async result(network: string, runtime: RuntimeConfig): Promise<Result | undefined> {
    const text = await this.files.read(this.path(network, runtime));
    if (text === null) return undefined;
    const object = decodeObject(text, 'cached result');
    // Before the library's 0.8 the file held the result itself.
    if (object.kind === undefined) return parseResult(object);
    const entry = entryOf(object);
    if (!entry) throw new CniError(errorCodes.decodingFailure, `cached result is of an unknown kind: ${object.kind}`);
    return entry.result && parseResult(entry.result);
  }

  async remove(network: string, runtime: RuntimeConfig): Promise<void> {
    await this.files.remove(this.path(network, runtime));
  }

  /** All of a network. Files that cannot be understood are somebody else's. */
  async attachments(network: string): Promise<CachedAttachment[]> {
    const names = await this.files.list(this.directory);
    const found = await Promise.all(names.map((name) => this.attachmentIn(`${this.directory}/${name}`)));
    return found.flatMap((attachment) => (attachment?.network === network ? [attachment] : []));
  }

  private async attachmentIn(path: string): Promise<CachedAttachment | null> {
    const text = await this.files.read(path);
    const entry = text === null ? null : entryOf(parseOrNull(text));
    if (!entry) return null;
    return {
      network: entry.networkName,
      containerId: entry.containerId,
      ifname: entry.ifName,
      netns: entry.netns,
      args: entry.cniArgs,
      capabilityArgs: entry.capabilityArgs,
      config: decodeBase64(entry.config),
    };
  }

  private path(network: string, { containerId, ifname }: RuntimeConfig): string {
    return `${this.directory}/${network}-${containerId}-${ifname}`;
  }
}

function entryOf(object: JsonObject | null): z.infer<typeof EntrySchema> | null {
  return EntrySchema.safeParse(object).data ?? null;
}

function parseOrNull(text: string): JsonObject | null {
  try {
    return decodeObject(text, 'cached result');
  } catch {
    return null;
  }
}
