/** Which operand goes where: cp, mv, install and ln all take `SOURCE DEST`, `SOURCE... DIRECTORY` and `-t DIRECTORY`. */
import { type Errno, strerror } from '../../../kernel/sim';
import { UsageError } from '../../lib/options';
import { isDirectory, lookUp } from '../../lib/stat';
import { Fatal, type Tool } from '../common/tool';

export interface Targets {
  sources: readonly string[];
  /** The directory they go into; null when the only source becomes `target` itself. */
  directory: string | null;
  target: string;
}

export interface TargetOptions {
  /** -T */
  noTargetDirectory: boolean;
  /** -t */
  targetDirectory: string | null;
  /** A link to a directory is no directory (ln -n). */
  noFollow?: boolean;
}

export function readTargets(
  tool: Tool,
  { noTargetDirectory, targetDirectory, noFollow = false }: TargetOptions,
): Targets {
  const { operands } = tool;
  const least = targetDirectory === null ? 2 : 1;
  if (operands.length < least) {
    const only = operands[0];
    throw new UsageError(
      only === undefined ? 'missing file operand' : `missing destination file operand after ${tool.quote(only)}`,
    );
  }
  if (noTargetDirectory) {
    if (targetDirectory !== null) {
      throw new Fatal('cannot combine --target-directory (-t) and --no-target-directory (-T)');
    }
    if (operands.length > 2) throw new UsageError(`extra operand ${tool.quote(operands[2] ?? '')}`);
    return { sources: operands.slice(0, 1), directory: null, target: operands[1] ?? '' };
  }
  if (targetDirectory !== null) {
    const problem = directoryProblem(tool, targetDirectory, false);
    if (problem !== null) throw new Fatal(`target directory ${tool.quote(targetDirectory)}: ${strerror(problem)}`);
    return { sources: operands, directory: targetDirectory, target: targetDirectory };
  }
  const target = operands.at(-1) ?? '';
  const sources = operands.slice(0, -1);
  const problem = directoryProblem(tool, target, noFollow);
  if (problem === null) return { sources, directory: target, target };
  if (sources.length > 1) throw new Fatal(`target ${tool.quote(target)}: ${strerror(problem)}`);
  return { sources, directory: null, target };
}

function directoryProblem(tool: Tool, path: string, noFollow: boolean): Errno | null {
  const found = lookUp(tool.sys, path, !noFollow);
  if (typeof found === 'string') return found;
  return isDirectory(found) ? null : 'ENOTDIR';
}
