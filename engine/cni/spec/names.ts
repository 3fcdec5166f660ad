/** Names the specification restricts (SPEC.md 1.1.0: section 1 "name", section 2 "Parameters"). */
import { CniError, errorCodes } from './error';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** IFNAMSIZ of the kernel, without the NUL. */
const longestIfname = 15;

/** Errors: 7. */
export function requireNetworkName(name: string): void {
  if (name === '') throw new CniError(errorCodes.invalidConfig, 'missing network name');
  if (!namePattern.test(name))
    throw new CniError(errorCodes.invalidConfig, 'invalid characters found in network name', name);
}

/** Errors: 4. */
export function requireContainerId(id: string): void {
  if (id === '') throw new CniError(errorCodes.invalidEnvironment, 'missing containerID');
  if (!namePattern.test(id)) throw new CniError(errorCodes.invalidEnvironment, 'invalid characters in containerID', id);
}

/** Errors: 4. */
export function requireIfname(name: string): void {
  const problem = ifnameProblem(name);
  if (problem) throw new CniError(errorCodes.invalidEnvironment, problem, name);
}

function ifnameProblem(name: string): string | null {
  if (name === '') return 'interface name is empty';
  if (name.length > longestIfname) return `interface name is too long: ${longestIfname} characters are allowed`;
  if (name === '.' || name === '..') return 'interface name is . or ..';
  // The kernel's dev_valid_name.
  if (/[/:\s]/.test(name)) return 'interface name contains / or : or whitespace characters';
  return null;
}
