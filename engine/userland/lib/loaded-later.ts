/**
 * Programs whose code is loaded when the first of them is executed. Until then they are known by name only; a lab stands
 * still while they are on their way, so whether they were loaded before makes no difference inside it.
 */
import type { Part, Program } from '../../kernel/sim';
import { writeAll } from './io';
import { baseName } from './paths';

/** As where a file was found but could not be executed. */
const exitNotLoaded = 126;

interface LoadedLater<Name extends string> {
  programs: Record<Name, Program>;
  part: Part;
}

/** `names`: every program of the module that `load` answers with. */
export function loadedLater<Programs extends Record<string, Program>, Name extends keyof Programs & string>(
  part: string,
  names: readonly Name[],
  load: () => Promise<{ programs: Programs }>,
): LoadedLater<Name> {
  let loaded: Programs | undefined;
  const own: Part = {
    name: part,
    get isLoaded() {
      return loaded !== undefined;
    },
    async load() {
      loaded = (await load()).programs;
    },
  };
  const program = (name: Name): Program =>
    function* (sys, argv, env) {
      const isThere = yield* sys.need(own);
      const code = loaded?.[name];
      if (isThere && code) return yield* code(sys, argv, env);
      const called = baseName(argv[0] ?? name);
      yield* writeAll(
        sys,
        2,
        `${called}: could not be loaded: is the network gone? Try again, or load the page again.\n`,
      );
      return exitNotLoaded;
    };
  return { programs: recordOf(names, program), part: own };
}

/** Loads parts ahead of time. Rejects when one cannot be had. */
export async function loadAll(parts: readonly Part[]): Promise<void> {
  await Promise.all(parts.map((part) => part.load()));
}

function recordOf<Name extends string>(
  names: readonly Name[],
  program: (name: Name) => Program,
): Record<Name, Program> {
  return Object.assign({}, ...names.map((name) => ({ [name]: program(name) })));
}
