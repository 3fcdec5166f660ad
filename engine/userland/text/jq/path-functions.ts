/** Functions of jq about paths. */

import { compact, toJsonText } from './json-text';
import { array, cartesian, type Native, withArgs } from './native';
import { JqError } from './operators';
import { deletePaths, getPath, setPath } from './paths';

export const pathFunctions: Readonly<Record<string, Native>> = {
  'path/1': function* ({ evaluator, args, env, input, emit }) {
    const [filter] = args;
    if (!filter) return;
    yield* evaluator.run(filter, env, input, [], (value, path) => {
      if (path === null) throw new JqError(`Invalid path expression with result ${toJsonText(value, compact)}`);
      return emit([...path], null);
    });
  },
  'getpath/1': (call) =>
    cartesian(call, 0, [], ([path = null]) => {
      const keys = array(path, 'used as a path');
      return call.emit(getPath(call.input, keys), call.path === null ? null : [...call.path, ...keys]);
    }),
  'setpath/2': withArgs((input, [path = null, value = null]) => setPath(input, array(path, 'used as a path'), value)),
  'delpaths/1': withArgs((input, [paths = null]) =>
    deletePaths(
      input,
      array(paths, 'used as paths').map((path) => array(path, 'used as a path')),
    ),
  ),
  'del/1': function* ({ evaluator, args, env, input, emit }) {
    const [filter] = args;
    if (filter) yield* emit(deletePaths(input, yield* evaluator.pathsOf(filter, env, input)), null);
  },
};
