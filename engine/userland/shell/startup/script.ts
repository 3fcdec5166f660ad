/** Runs a script from a file (bash(1), "ARGUMENTS"). */
import { type Blocking, concat, decode, isSysError, O_RDONLY, strerror } from '../../../kernel/sim';
import { isDirectory } from '../../lib/stat';
import { programsNamed } from '../interp/lookup';
import { looksBinary } from '../interp/program';
import { runLines } from '../interp/text';
import type { Shell } from '../state/shell';

export function* runScriptFile(shell: Shell, name: string, args: readonly string[]): Blocking<number> {
  const data = yield* readScript(shell, name);
  if (typeof data === 'number') return data;
  if (shell.flavour === 'bash' && looksBinary(data.subarray(0, 80))) {
    shell.printError(`${name}: ${name}: cannot execute binary file\n`);
    yield* shell.flush();
    return 126;
  }
  shell.arg0 = name;
  shell.name = name;
  shell.params = [...args];
  shell.file = name;
  shell.isScriptFile = true;
  shell.frames = [{ name: 'main', file: name, callLine: 0, args }];
  return yield* runLines(shell, decode(data));
}

function* readScript(shell: Shell, name: string): Blocking<Uint8Array | number> {
  const { sys } = shell;
  let path = name;
  try {
    sys.stat(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const [found] = name.includes('/') ? [] : programsNamed(sys, name, shell.vars.get('PATH') ?? '');
    if (found !== undefined) path = found;
  }
  try {
    const fd = yield* sys.open(path, O_RDONLY);
    if (isDirectory(sys.fstat(fd))) {
      shell.printError(`${name}: ${name}: Is a directory\n`);
      yield* shell.flush();
      return 126;
    }
    const chunks: Uint8Array[] = [];
    for (;;) {
      const data = yield* sys.read(fd, 65_536);
      if (data.length === 0) break;
      chunks.push(data);
    }
    sys.close(fd);
    return concat(chunks);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (shell.flavour === 'dash')
      shell.printError(
        `${shell.name}: 0: cannot open ${name}: ${error.errno === 'ENOENT' ? 'No such file' : strerror(error.errno)}\n`,
      );
    else shell.printError(`${shell.name}: ${name}: ${strerror(error.errno)}\n`);
    yield* shell.flush();
    if (shell.flavour === 'dash') return 2;
    return error.errno === 'ENOENT' ? 127 : 126;
  }
}
