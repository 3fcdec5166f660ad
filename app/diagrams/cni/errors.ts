/** Errors of plugins (CNI spec 1.1, section 5, "Error", and the codes of STATUS in section 2). */
import type { CniCall } from '../../../engine/state';
import { numberIn, stringIn, textsOf } from './json';

export interface CniError {
  code: number | null;
  message: string;
}

/** What a plugin that failed said, or what a program that knows nothing of CNI left behind; null when it did not fail. */
export function errorOf(call: CniCall): CniError | null {
  if (call.exitCode === null || call.exitCode === 0) return null;
  const { stdout } = textsOf(call);
  const message = stringIn(stdout, 'msg') ?? (call.stderr.trim() || `it ended with exit code ${call.exitCode}`);
  const details = stringIn(stdout, 'details');
  return { code: numberIn(stdout, 'code'), message: details ? `${message}: ${details}` : message };
}

export const errorName = ({ code }: CniError): string => (code === null ? 'failed' : `error ${code}`);

const names: Record<number, string> = {
  1: 'incompatible CNI version',
  2: 'unsupported field in the configuration',
  3: 'unknown container',
  4: 'invalid environment variable',
  5: 'I/O failure',
  6: 'content that cannot be decoded',
  7: 'invalid network configuration',
  11: 'try again later',
  50: 'the plugin cannot serve ADD now',
  51: 'the plugin cannot serve ADD now, and containers may lack connectivity',
};

export function codeText(code: number): string {
  return names[code] ?? (code >= 100 ? 'an error of the plugin’s own' : 'reserved by the specification');
}
