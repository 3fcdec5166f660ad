/** Functions: definition and call (bash(1), "FUNCTIONS"). */
import type * as Ast from 'unbash';
import type { Blocking } from '../../../kernel/sim';
import { printFunction } from '../parse/print';
import { Abandon, ReturnFrom } from '../state/flow';
import type { Shell, ShellFunction, Tail } from '../state/shell';
import { runTrap } from '../traps/traps';
import { nested } from './trampoline';

/** So deep calls may nest, whatever FUNCNEST says: the stack of the page is not without end. */
const deepest = 5000;

export function* defineFunction(shell: Shell, node: Ast.Function): Blocking<number> {
  const name = node.name.value;
  const existing = shell.functions.get(name);
  if (existing?.readonly) {
    shell.complain(`${name}: readonly function`);
    yield* shell.flush();
    shell.status = 1;
    return 1;
  }
  if (/[$`]/.test(node.name.text) || name === '') {
    shell.complain(`\`${node.name.text}': not a valid identifier`);
    yield* shell.flush();
    shell.status = 1;
    return 1;
  }
  shell.functions.set(name, {
    name,
    body: node.body,
    source: shell.source,
    file: shell.file,
    line: shell.source.lineAt(node.pos),
    exported: existing?.exported ?? false,
    traced: existing?.traced ?? false,
    readonly: false,
  });
  shell.status = 0;
  return 0;
}

export function* callFunction(
  shell: Shell,
  definition: ShellFunction,
  args: readonly string[],
  tail: Tail = 'no',
): Blocking<number> {
  const limit = Number(shell.vars.get('FUNCNEST') ?? 0) || 0;
  if (limit > 0 && shell.functionDepth >= limit) {
    shell.complain(`${definition.name}: maximum function nesting level exceeded (${limit})`);
    yield* shell.flush();
    throw new Abandon(1);
  }
  if (shell.functionDepth >= deepest) throw new RangeError('Maximum call stack size exceeded');
  const saved = {
    params: shell.params,
    source: shell.source,
    file: shell.file,
    loopDepth: shell.loopDepth,
    optionIndex: shell.optionIndex,
    options: new Set(shell.options.set),
  };
  const callLine = shell.line;
  shell.frames.push({ name: definition.name, file: definition.file, callLine, args });
  shell.params = [...args];
  shell.source = definition.source;
  shell.file = definition.file;
  shell.loopDepth = 0;
  shell.functionDepth++;
  const scope = shell.vars.pushScope('function');
  const hiddenTraps = hideTraps(shell, definition);
  try {
    return yield* nested(() => runBody(shell, definition, tail));
  } finally {
    if (scope.variables.has('-')) {
      shell.options.set.clear();
      for (const option of saved.options) shell.options.set.add(option);
    }
    for (const [name, trap] of hiddenTraps) if (!shell.traps.has(name)) shell.traps.set(name, trap);
    shell.vars.popScope(scope);
    shell.functionDepth--;
    shell.frames.pop();
    shell.params = saved.params;
    shell.source = saved.source;
    shell.file = saved.file;
    shell.loopDepth = saved.loopDepth;
    shell.line = callLine;
  }
}

function* runBody(shell: Shell, definition: ShellFunction, tail: Tail): Blocking<number> {
  let status: number;
  try {
    const { body } = definition;
    status =
      body.type === 'BraceGroup' && tail === 'substitution'
        ? yield* shell.interpreter.runStatements(shell, body.body.commands, tail)
        : yield* shell.interpreter.execute(shell, body);
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    status = error.status;
    shell.status = status;
  }
  if (shell.traps.has('RETURN')) yield* runTrap(shell, 'RETURN');
  return status;
}

/** DEBUG and RETURN traps are not for functions, unless `set -T` says so. */
function hideTraps(shell: Shell, definition: ShellFunction): Array<[string, { command: string }]> {
  if (shell.options.has('functrace') || definition.traced) return [];
  const hidden: Array<[string, { command: string }]> = [];
  for (const name of ['DEBUG', 'RETURN']) {
    const trap = shell.traps.get(name);
    if (trap === undefined) continue;
    hidden.push([name, trap]);
    shell.traps.delete(name);
  }
  return hidden;
}

/** As it stands in the environment: every line after one blank. */
export function exportedText(definition: ShellFunction): string {
  const lines = functionText(definition).split('\n');
  const inner = lines.slice(2, -1).map((line) => line.replace(/^ +/, ' '));
  return `() { ${inner.join('\n')}\n${lines.at(-1) ?? '}'}`;
}

/** The body as `declare -f` prints it: `() { ... }`. */
export function functionText(definition: ShellFunction): string {
  return printFunction('', definition.body, definition.source).replace(/^ /, '');
}
