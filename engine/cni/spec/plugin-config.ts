/** The configuration of one plugin (CNI SPEC.md 1.1.0, section 1, "Plugin configuration objects"; section 4, "Derivation"). */
import { z } from 'zod';
import { DnsSchema } from './dns';
import { CniError, errorCodes } from './error';
import { checked, decodeObject, type JsonObject } from './json';
import { impliedVersion } from './version';

const ObjectSchema = z.record(z.string(), z.unknown());
const optionalObject = ObjectSchema.nullish().transform((given) => given ?? undefined);

/** The fields the specification names. */
const PluginConfigSchema = z.object({
  cniVersion: z
    .string()
    .nullish()
    .transform((version) => version || impliedVersion),
  name: z.string().default(''),
  /** File name of the plugin. */
  type: z.string().default(''),
  capabilities: z
    .record(z.string(), z.boolean())
    .nullish()
    .transform((given) => given ?? {}),
  ipMasq: z.boolean().default(false),
  ipam: ObjectSchema.and(z.object({ type: z.string().default('') }))
    .nullish()
    .transform((given) => given ?? undefined),
  dns: DnsSchema,
  args: optionalObject,
  runtimeConfig: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((given) => given ?? {}),
  prevResult: optionalObject,
});

export type PluginConfig = z.infer<typeof PluginConfigSchema> & {
  /** All of it, with what the plugin itself defines. */
  raw: JsonObject;
};

/** A plugin of a list, as the list has it. Errors: 7 without a type. */
export function parsePluginConfig(object: JsonObject): PluginConfig {
  const config = readPluginConfig(object);
  if (config.type === '') throw new CniError(errorCodes.invalidConfig, "error parsing configuration: missing 'type'");
  return config;
}

/** What a plugin gets on its standard input. Errors: 6, 7. */
export function decodePluginConfig(text: string): PluginConfig {
  return readPluginConfig(decodeObject(text, 'error unmarshall network config'));
}

function readPluginConfig(object: JsonObject): PluginConfig {
  const fields = checked(PluginConfigSchema, object, 'network config', errorCodes.decodingFailure);
  return { ...fields, raw: object };
}
