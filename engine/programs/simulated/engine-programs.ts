/** Engine programs as programs of the simulator, loaded when the first of a part is executed. */
import type { EngineProgram } from '../../kernel';
import { engineProgram, type Program } from '../../kernel/sim';
import { loadedLater } from '../../userland';

/** `names`: every program that `load` answers with. */
export function enginePrograms<Name extends string>(
  part: string,
  names: readonly Name[],
  load: () => Promise<Record<Name, EngineProgram>>,
) {
  return loadedLater<Record<string, Program>, string>(part, names, async () => {
    const functions = Object.entries<EngineProgram>(await load());
    return { programs: Object.fromEntries(functions.map(([name, code]) => [name, engineProgram(code)])) };
  });
}
