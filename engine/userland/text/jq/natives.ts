/** Functions of jq that are not written in jq. */

import { arrayFunctions } from './array-functions';
import { controlFunctions } from './control-functions';
import { dateFunctions } from './dates';
import { type Native, plain, withArgs } from './native';
import { described, JqError } from './operators';
import { pathFunctions } from './path-functions';
import { textFunctions } from './text-functions';
import { valueFunctions } from './value-functions';

const mathematics: Readonly<Record<string, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  sqrt: Math.sqrt,
  fabs: Math.abs,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  exp10: (x) => 10 ** x,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  trunc: Math.trunc,
  significand: (x) => x / 2 ** Math.floor(Math.log2(Math.abs(x))),
  logb: (x) => Math.floor(Math.log2(Math.abs(x))),
  cbrt: Math.cbrt,
};

function ofNumber(work: (x: number) => number): Native {
  return plain((input) => {
    if (typeof input !== 'number') throw new JqError(`${described(input)} number required`);
    return work(input);
  });
}

/** By name and number of arguments: `has/1`. */
const natives: ReadonlyMap<string, Native> = new Map([
  ...Object.entries(controlFunctions),
  ...Object.entries(valueFunctions),
  ...Object.entries(pathFunctions),
  ...Object.entries(arrayFunctions),
  ...Object.entries(textFunctions),
  ...Object.entries(mathematics).map(([name, work]): [string, Native] => [`${name}/0`, ofNumber(work)]),
  ...Object.entries(dateFunctions).map(([key, work]): [string, Native] => [key, withArgs(work)]),
  ['builtins/0', plain(() => [...natives.keys()])],
]);

export function nativeFunction(key: string): Native | null {
  return natives.get(key) ?? null;
}
