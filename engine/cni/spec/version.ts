/** Versions of the specification, and what came with which. */
import { z } from 'zod';
import { CniError, errorCodes } from './error';
import { checked, decodeObject } from './json';

export const cniVersions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;
export type CniVersion = (typeof cniVersions)[number];

export const currentVersion: CniVersion = '1.1.0';
/** What a configuration or a result that does not say so is of. */
export const impliedVersion: CniVersion = '0.1.0';

export const isCniVersion = (version: string): version is CniVersion => cniVersions.some((known) => known === version);

/** Below, at or above 0. Errors: 6 when one of them is no version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const at of [0, 1, 2]) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const atLeast = (version: string, least: string): boolean => compareVersions(version, least) >= 0;

/** Errors: 1, naming both sides, when `version` is not among those a plugin supports. */
export function requireVersion(version: string, supported: readonly string[]): void {
  if (supported.includes(version)) return;
  const list = supported.map((known) => JSON.stringify(known)).join(' ');
  throw new CniError(
    errorCodes.incompatibleVersion,
    'incompatible CNI versions',
    `config is ${JSON.stringify(version)}, plugin supports [${list}]`,
  );
}

const VersionOutputSchema = z.object({
  cniVersion: z.string().default(impliedVersion),
  supportedVersions: z.array(z.string()).optional(),
});

/** What a plugin answers to VERSION (section 2, "VERSION"). */
export const versionOutput = (supported: readonly string[]) => ({
  cniVersion: currentVersion,
  supportedVersions: [...supported],
});

/** The versions in such an answer. Errors: 6. */
export function parseVersionOutput(text: string): string[] {
  const subject = 'decoding the version information of a plugin';
  const output = checked(VersionOutputSchema, decodeObject(text, subject), subject, errorCodes.decodingFailure);
  if (output.supportedVersions !== undefined) return output.supportedVersions;
  // The first plugins that knew the command were of 0.2.0 and gave no list.
  if (output.cniVersion === '0.2.0') return ['0.1.0', '0.2.0'];
  throw new CniError(errorCodes.decodingFailure, `${subject}: supportedVersions is missing`);
}

function numbersOf(version: string): number[] {
  if (/^\d+(\.\d+){0,2}$/.test(version)) return version.split('.').map(Number);
  throw new CniError(errorCodes.decodingFailure, `version ${JSON.stringify(version)} is not three numbers with dots`);
}
