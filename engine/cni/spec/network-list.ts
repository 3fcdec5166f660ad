/** Network configurations: a list of plugins under one name (CNI SPEC.md 1.1.0, section 1). */
import { z } from 'zod';
import { CniError, errorCodes } from './error';
import { checked, decodeObject, type JsonObject } from './json';
import { type PluginConfig, parsePluginConfig } from './plugin-config';
import { atLeast, compareVersions, currentVersion, impliedVersion } from './version';

export interface NetworkList {
  name: string;
  cniVersion: string;
  disableCheck: boolean;
  disableGC: boolean;
  /** No further plugins are read from the directory with the network's name. */
  loadOnlyInlinedPlugins: boolean;
  plugins: PluginConfig[];
  /** As it was read. */
  text: string;
}

const subject = 'error parsing configuration list';

/** A boolean; a word for one is accepted, too, as the reference library does. */
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 't', 'f', 'T', 'F', '1', '0'])])
  .default(false)
  .transform((given) => (typeof given === 'boolean' ? given : /^(t|1)/i.test(given)));

const NetworkListSchema = z.object({
  name: z.string({ error: (issue) => (issue.input === undefined ? 'no name' : 'is no text') }),
  cniVersion: z.string().optional(),
  cniVersions: z.array(z.string()).optional(),
  disableCheck: flag,
  disableGC: flag,
  loadOnlyInlinedPlugins: flag,
  plugins: z.array(z.record(z.string(), z.unknown())).optional(),
});

/**
 * A list of plugins. It may have none only where they lie in files of their own: whoever loads the list looks there.
 * Errors: 6 when it is no JSON, 7 with the field that is wrong.
 */
export function parseNetworkList(text: string): NetworkList {
  const { cniVersion, cniVersions, plugins, ...rest } = checked(
    NetworkListSchema,
    decodeObject(text, subject),
    subject,
  );
  if (plugins?.length === 0) throw invalid('no plugins in list');
  if (plugins === undefined && rest.loadOnlyInlinedPlugins)
    throw invalid('`loadOnlyInlinedPlugins` is true, and there is no `plugins` key');
  return {
    ...rest,
    cniVersion: chooseVersion(cniVersion, cniVersions ?? []),
    plugins: (plugins ?? []).map((plugin, at) => pluginAt(plugin, at)),
    text,
  };
}

/** A single plugin's configuration, as a list of one. Errors: 6, 7. */
export function listOfOne(text: string): NetworkList {
  const object = decodeObject(text, 'error parsing configuration');
  const { name, cniVersion } = parsePluginConfig(object);
  return parseNetworkList(JSON.stringify({ name, cniVersion, plugins: [object] }));
}

/** The newest one that this runtime knows; the one by itself when all are newer. */
function chooseVersion(single: string | undefined, several: string[]): string {
  const all = [...(single ? [single] : []), ...several].sort(compareVersions);
  const known = all.filter((version) => atLeast(currentVersion, version));
  return known.at(-1) ?? single ?? all.at(0) ?? impliedVersion;
}

function pluginAt(plugin: JsonObject, at: number): PluginConfig {
  try {
    return parsePluginConfig(plugin);
  } catch (error) {
    if (error instanceof CniError) throw error.within(`failed to parse plugin config ${at}`);
    throw error;
  }
}

const invalid = (problem: string) => new CniError(errorCodes.invalidConfig, `${subject}: ${problem}`);
