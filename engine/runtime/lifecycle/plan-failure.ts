/** Why a plan did not come to its end, in words. */
import { KernelError, type PlanRun } from '../../kernel';
import type { Config, Hook } from '../config';
import { RuntimeError } from '../error';
import { hookReports } from '../plan';

/** The hooks of a plan report by number; everything else is the error of the step itself. */
export async function describePlanFailure(
  run: PlanRun,
  { hooks }: Config,
  point: 'createContainer' | 'startContainer',
  error: unknown,
): Promise<unknown> {
  if (error instanceof RuntimeError) return error;
  const take = (name: string) => run.report(name).catch(() => null);
  const late = await take(hookReports.late);
  const failed = await take(hookReports.failed);
  return (
    hookFailure(hooks?.[point], point, { late, failed, status: await take(hookReports.status) }) ??
    programFailure(error) ??
    error
  );
}

/** The search for the program, in words that people know. */
export function programFailure(error: unknown): RuntimeError | null {
  if (!(error instanceof KernelError) || error.operation !== 'faccessat2') return null;
  const reason = error.path.includes('/') ? error.code : 'executable file not found in $PATH';
  return new RuntimeError(`exec: ${JSON.stringify(error.path)}: ${reason}`, { cause: error });
}

export function hookFailure(
  hooks: readonly Hook[] | undefined,
  point: string,
  { late, failed, status }: Record<'late' | 'failed' | 'status', number | null>,
): RuntimeError | null {
  const index = late ?? failed;
  if (index === null) return null;
  const hook = hooks?.[index];
  const name = `${point} hook #${index} (${hook?.path ?? ''})`;
  if (late !== null) return new RuntimeError(`${name} did not end within ${hook?.timeout} s`);
  return new RuntimeError(`${name} failed: ${describeStatus(status ?? 0)}`);
}

/** wait(2): the exit status in the second byte, a signal in the first. */
function describeStatus(status: number): string {
  return status & 0x7f ? `signal ${status & 0x7f}` : `exit status ${status >> 8}`;
}
