/** CNI's programs: cnitool, and plugins as executables. */
import type { EngineProgram, ProgramProcess } from '../../kernel';
import { resolvePath } from '../lib/path';
import { cnitool } from './cnitool';
import { cniPlugin } from './plugin';
import { siteOf } from './process-site';

export { cnitool } from './cnitool';
export { callPlugin } from './plugin';

export const cnitoolProgram: EngineProgram = (process) => cnitool(siteOf(process));

export const cniPluginProgram: EngineProgram = (process) => cniPlugin(siteOf(process), ownPath(process));

/** Of the file that was executed. */
function ownPath({ argv: [name = ''], cwd, system }: ProgramProcess): string {
  return name.includes('/') ? resolvePath(cwd, name) : system.files.realPath('/proc/self/exe');
}
