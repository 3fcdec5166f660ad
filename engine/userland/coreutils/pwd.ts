/** pwd: the working directory (pwd(1)). */
import { isSysError, type Sys, strerror } from '../../kernel/sim';
import { Fatal, makeTool } from './common/tool';

export const pwd = makeTool({
  name: 'pwd',
  options: [
    { short: 'L', long: 'logical' },
    { short: 'P', long: 'physical' },
  ],
  help: `[OPTION]...
Print the full name of the working directory.

  -L, --logical    as PWD has it, with its symbolic links
  -P, --physical   without symbolic links (default)`,
  *run(tool) {
    if (tool.operands.length > 0) yield* tool.warn('ignoring non-option arguments');
    const last = tool.options.given.at(-1)?.name ?? (tool.env.POSIXLY_CORRECT === undefined ? 'physical' : 'logical');
    const logical = last === 'logical' ? logicalName(tool.sys, tool.env.PWD) : null;
    yield* tool.line(logical ?? physicalName(tool.sys));
  },
});

function physicalName(sys: Sys): string {
  try {
    return sys.getcwd();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`couldn't find directory entry in '..' with matching i-node: ${strerror(error.errno)}`);
  }
}

/** PWD, when it is an absolute name of the working directory. */
function logicalName(sys: Sys, name: string | undefined): string | null {
  if (name === undefined || !name.startsWith('/') || /(^|\/)\.\.?(\/|$)/.test(name)) return null;
  try {
    const [here, there] = [sys.stat('.'), sys.stat(name)];
    const isSame = here.ino === there.ino && here.dev.major === there.dev.major && here.dev.minor === there.dev.minor;
    return isSame ? name : null;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return null;
  }
}
