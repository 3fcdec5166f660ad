/** How plugins are run: as processes, or in this one. The library and delegating plugins are given one of these. */
import { z } from 'zod';
import { CniError, checked, decodeObject, errorCodes } from './spec';

const ErrorSchema = z.object({
  code: z.number().int().default(0),
  msg: z.string().default(''),
  details: z.string().default(''),
});

export interface Invocation {
  /** All of it: a plugin inherits nothing. */
  environment: Record<string, string>;
  stdin: string;
  /** Ends the plugin, and whatever it started, when it fires. */
  signal?: AbortSignal | undefined;
}

export interface Outcome {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  /** Kept for the error of a plugin that printed none. */
  stderr: string;
  /** How it ended, for people: `exit status 1`, `signal: killed`. */
  ending: string;
}

export interface PluginExecutor {
  /** Where a plugin of that type is, looked for in these directories in turn; null when it is in none. */
  find(type: string, path: readonly string[]): Promise<string | null>;
  /** `plugin` is what `find` gave. Errors: 5 when it cannot be started, 999 when it was stopped by the signal. */
  run(plugin: string, invocation: Invocation): Promise<Outcome>;
}

/** Where the plugin is. Errors: 7 when the name is none, 5 when no directory has it. */
export async function findPlugin(executor: PluginExecutor, type: string, path: readonly string[]): Promise<string> {
  if (type === '') throw new CniError(errorCodes.invalidConfig, 'no plugin name provided');
  if (type.includes('/')) throw new CniError(errorCodes.invalidConfig, `invalid plugin name: ${type}`);
  const found = await executor.find(type, path);
  if (found !== null) return found;
  const where = path.length === 0 ? 'no paths provided' : `in path [${path.join(' ')}]`;
  throw new CniError(errorCodes.ioFailure, `failed to find plugin ${JSON.stringify(type)} ${where}`);
}

/** Its standard output. Errors: the plugin's own; 999 when it failed and said nothing that can be read. */
export async function execute(executor: PluginExecutor, plugin: string, invocation: Invocation): Promise<string> {
  const outcome = await executor.run(plugin, invocation);
  if (outcome.exitCode === 0) return outcome.stdout;
  throw failureOf(outcome);
}

function failureOf({ stdout, stderr, ending }: Outcome): CniError {
  if (stdout.trim() !== '') return printedError(stdout);
  const msg =
    stderr.trim() === ''
      ? `netplugin failed with no error message: ${ending}`
      : `netplugin failed: ${JSON.stringify(stderr)}`;
  return new CniError(errorCodes.internal, msg);
}

function printedError(stdout: string): CniError {
  try {
    const { code, msg, details } = checked(ErrorSchema, decodeObject(stdout, 'error object'), 'error object');
    return new CniError(code, msg, details);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `netplugin failed but error parsing its diagnostic message ${JSON.stringify(stdout)}: ${reason}`;
    return new CniError(errorCodes.internal, problem);
  }
}
