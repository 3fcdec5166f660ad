/** Finds names that nothing defines, before anything runs: jq tells all of them at once. */
import { type Filter, JqCompileError, type Pattern } from './ast';
import type { Env } from './env';
import { nativeFunction } from './natives';

interface Names {
  functions: ReadonlySet<string>;
  variables: ReadonlySet<string>;
}

export function findUndefined(filter: Filter, env: Env, variables: readonly string[]): JqCompileError[] {
  const problems: JqCompileError[] = [];
  const isKnown = (key: string) => nativeFunction(key) !== null || env.closure(key) !== null;
  check(filter, { functions: new Set(), variables: new Set(['ENV', '__loc__', ...variables]) }, isKnown, problems);
  return problems;
}

function patternNames(pattern: Pattern): string[] {
  if (pattern.kind === 'variable') return [pattern.name];
  if (pattern.kind === 'array') return pattern.items.flatMap(patternNames);
  return pattern.entries.flatMap(({ variable, value }) => [
    ...(variable === null ? [] : [variable]),
    ...(value === null ? [] : patternNames(value)),
  ]);
}

function check(
  filter: Filter | null,
  names: Names,
  isKnown: (key: string) => boolean,
  problems: JqCompileError[],
): void {
  if (filter === null) return;
  const inner = (...filters: Array<Filter | null>) => {
    for (const one of filters) check(one, names, isKnown, problems);
  };
  const withNames = (patterns: readonly Pattern[], ...filters: Array<Filter | null>) => {
    const more = { ...names, variables: new Set([...names.variables, ...patterns.flatMap(patternNames)]) };
    for (const one of filters) check(one, more, isKnown, problems);
  };
  switch (filter.kind) {
    case 'string':
      return inner(...filter.parts.filter((part) => typeof part !== 'string'));
    case 'index':
      return inner(filter.target, filter.key);
    case 'slice':
      return inner(filter.target, filter.from, filter.to);
    case 'iterate':
      return inner(filter.target);
    case 'try':
      return inner(filter.body, filter.handler);
    case 'pipe':
    case 'comma':
    case 'and':
    case 'or':
    case 'alternative':
    case 'binary':
    case 'update':
      return inner(filter.left, filter.right);
    case 'negate':
      return inner(filter.operand);
    case 'array':
    case 'label':
      return inner(filter.body);
    case 'object':
      for (const { key, value } of filter.entries) {
        if (key.kind === 'literal' && typeof key.value !== 'string')
          problems.push(
            new JqCompileError(
              `Cannot use ${key.value === null ? 'null (null)' : `${typeof key.value} (${key.value})`} as object key`,
              1,
            ),
          );
        inner(key, value);
      }
      return;
    case 'if':
      return inner(filter.test, filter.yes, filter.no);
    case 'reduce':
      inner(filter.source, filter.init);
      return withNames([filter.pattern], filter.update);
    case 'foreach':
      inner(filter.source, filter.init);
      return withNames([filter.pattern], filter.update, filter.extract);
    case 'as':
      inner(filter.source);
      return withNames(filter.patterns, filter.body);
    case 'def': {
      const { name, parameters, body } = filter.definition;
      const key = `${name}/${parameters.length}`;
      const outer = { ...names, functions: new Set([...names.functions, key]) };
      const inside: Names = {
        functions: new Set([...outer.functions, ...parameters.map((parameter) => `${parameter.replace('$', '')}/0`)]),
        variables: new Set([
          ...names.variables,
          ...parameters.filter((parameter) => parameter.startsWith('$')).map((parameter) => parameter.slice(1)),
        ]),
      };
      check(body, inside, isKnown, problems);
      return check(filter.body, outer, isKnown, problems);
    }
    case 'variable':
      if (!names.variables.has(filter.name))
        problems.push(new JqCompileError(`$${filter.name} is not defined`, filter.at));
      return;
    case 'call': {
      const key = `${filter.name}/${filter.args.length}`;
      if (!names.functions.has(key) && !isKnown(key))
        problems.push(new JqCompileError(`${key} is not defined`, filter.at));
      return inner(...filter.args);
    }
    default:
      return;
  }
}
