/** CNI_ARGS: `KEY=value` pairs with semicolons between them. */
import { CniError, errorCodes } from './error';

export type CniArgs = ReadonlyArray<readonly [key: string, value: string]>;

/** Errors: 4 when a pair has no `=`. */
export function parseArgs(text: string): CniArgs {
  if (text === '') return [];
  return text.split(';').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new CniError(errorCodes.invalidEnvironment, `invalid CNI_ARGS pair ${JSON.stringify(pair)}`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
}

export const formatArgs = (args: CniArgs): string => args.map(([key, value]) => `${key}=${value}`).join(';');

/** The last one counts; undefined when it is not given. */
export const argOf = (args: CniArgs, key: string): string | undefined => args.findLast(([name]) => name === key)?.[1];
