/** The launcher as an executable file. */
import { programOf } from '../birth';
import { launcherPlan } from './launcher-plan';

/** `fallback`: what is executed where there is no engine, before the arguments: an interpreter and its script. */
export function launcherProgram(socket: string, fallback: readonly [string, string]): Uint8Array {
  return programOf(launcherPlan(socket), fallback);
}
