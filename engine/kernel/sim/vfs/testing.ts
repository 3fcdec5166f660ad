/** For tests: a kernel with a small root, and a way to run system calls in it. */
import { encode } from '../bytes';
import { registerFilesystems } from '../fs';
import type { ImageEntry } from '../fs/image';
import { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Sys } from '../sys/sys';

const directories = ['/dev', '/etc', '/home', '/mnt', '/proc', '/root', '/run', '/sys', '/tmp', '/usr', '/usr/bin'];

export const smallImage: readonly ImageEntry[] = [
  ...directories.map((path): ImageEntry => ({ path, mode: 0o755, uid: 0, gid: 0, content: { kind: 'directory' } })),
  { path: '/etc/hostname', mode: 0o644, uid: 0, gid: 0, content: { kind: 'file', bytes: encode('host\n') } },
  { path: '/etc/big', mode: 0o644, uid: 0, gid: 0, content: { kind: 'file', bytes: encode('big'), size: 10_000 } },
  { path: '/bin', mode: 0o777, uid: 0, gid: 0, content: { kind: 'symlink', target: 'usr/bin' } },
];

export function testKernel(image: readonly ImageEntry[] = smallImage): SimKernel {
  const kernel = new SimKernel({
    seed: 'test',
    programs: () => undefined,
    epoch: 1e18,
    memoryBytes: 1 << 30,
    turn: () => Promise.resolve(),
  });
  registerFilesystems(kernel, image);
  kernel.tasks.onOops = (error) => {
    throw error;
  };
  return kernel;
}

/** Runs `body` as number 1 of a new kernel, with a tmpfs on /tmp to work in; its working directory is there. */
export function run<T>(body: (sys: Sys, kernel: SimKernel) => Blocking<T>, kernel = testKernel()): T {
  let result: { value: T } | null = null;
  let failure: { error: unknown } | null = null;
  kernel.tasks.boot(function* (sys) {
    try {
      sys.mount('tmp', '/tmp', 'tmpfs', 0, 'mode=755');
      sys.chdir('/tmp');
      result = { value: yield* body(sys, kernel) };
    } catch (error) {
      failure = { error };
    }
    return 0;
  });
  while (kernel.scheduler.step(1e15) && !isOver());
  function isOver(): boolean {
    return result !== null || failure !== null;
  }
  return answer(result, failure);
}

function answer<T>(result: { value: T } | null, failure: { error: unknown } | null): T {
  if (failure) throw failure.error;
  if (!result) throw new Error('it waits for ever');
  return result.value;
}

/** The errno a call fails with; 'ok' when it does not. */
export function errnoOf(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (error instanceof Error && 'errno' in error) return String(error.errno);
    throw error;
  }
}
