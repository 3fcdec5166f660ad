/** which (debianutils): where the shell would find programs. */
import { isSysError, type Program, type Sys, X_OK } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { isRegular } from '../lib/stat';

export const which: Program = function* (sys, argv, env) {
  const operands = argv.slice(1);
  let all = false;
  while (operands[0]?.startsWith('-') === true && operands[0] !== '-') {
    const option = operands.shift() ?? '';
    if (option === '--') break;
    const wrong = [...option.slice(1)].find((letter) => letter !== 'a' && letter !== 's');
    if (wrong !== undefined) {
      yield* writeAll(sys, 2, `Illegal option -${wrong}\nUsage: ${argv[0] ?? 'which'} [-a] args\n`);
      return 2;
    }
    all ||= option.includes('a');
  }
  let status = operands.length === 0 ? 1 : 0;
  for (const name of operands) {
    const places = name.includes('/')
      ? [name]
      : (env.PATH ?? '').split(':').map((place) => `${place === '' ? '.' : place}/${name}`);
    const found = places.filter((path) => isProgram(sys, path));
    const [first] = found;
    if (first === undefined) status = 1;
    else for (const path of all ? found : [first]) yield* writeAll(sys, 1, `${path}\n`);
  }
  return status;
};

function isProgram(sys: Sys, path: string): boolean {
  try {
    sys.access(path, X_OK);
    return isRegular(sys.stat(path));
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
