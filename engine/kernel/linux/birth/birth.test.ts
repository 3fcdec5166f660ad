import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePlan, flags, type Plan, ref, type Step } from '../../plan';
import { KernelError } from '../../port';
import { O_CREAT, O_WRONLY } from '../syscall';
import { runPlan } from './index';
import { interpreterImage } from './interpreter';

const SIGCHLD = 17;
const fork = { call: 'clone', args: [SIGCHLD, 0, 0, 0, 0], as: 'child' } as const;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'underlay-birth-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(steps: readonly Step[]) {
  return runPlan({ name: 'test', steps });
}

describe('a plan', () => {
  it('makes system calls, with results of earlier ones as arguments', async () => {
    const path = join(directory, 'hello');
    const text = Buffer.from('hello from a plan\n');
    await run([
      { call: 'openat', args: [-100, path, flags({ O_CREAT, O_WRONLY }), 0o640], as: 'fd' },
      { call: 'write', args: [ref('fd'), text, text.byteLength] },
      { exit: 0 },
    ]).done;
    expect(readFileSync(path, 'utf8')).toBe('hello from a plan\n');
  });

  it('says which step failed and why', async () => {
    const missing = join(directory, 'no', 'such');
    const failure = await run([{ call: 'openat', args: [-100, missing, 0], about: missing }]).done.catch((e) => e);
    expect(failure).toBeInstanceOf(KernelError);
    expect(failure).toMatchObject({ code: 'ENOENT', operation: 'openat', path: missing });
  });

  it('goes on after an error it expects, and stops at one it does not', async () => {
    const missing = join(directory, 'missing');
    const expected = run([
      { call: 'openat', args: [-100, missing, 0], as: 'fd', except: ['EACCES', 'ENOENT'] },
      { report: 'fd', value: ref('fd') },
      { exit: 0 },
    ]);
    expect(await expected.report('fd')).toBe(-2);
    const unexpected = run([{ call: 'openat', args: [-100, missing, 0], except: ['EACCES'] }, { exit: 0 }]);
    await expect(unexpected.done).rejects.toMatchObject({ code: 'ENOENT' });
    const any = run([
      { call: 'openat', args: [-100, missing, 0], except: 'any' },
      { report: 'after', value: 1 },
      { exit: 0 },
    ]);
    expect(await any.report('after')).toBe(1);
  });

  it('forks, waits and reads the exit status out of memory', async () => {
    const birth = run([
      { fork, child: [{ exit: 42 }] },
      { call: 'wait4', args: [ref('child'), { memory: 'status', bytes: 8 }, 0, 0] },
      { report: 'exit', value: { ref: 'status', bits: { from: 8, width: 8 } } },
      { exit: 0 },
    ]);
    expect(await birth.report('exit')).toBe(42);
  });

  it('reports a failure in a forked child too', async () => {
    const birth = run([
      { fork, child: [{ call: 'chdir', args: [join(directory, 'nowhere')] }] },
      { call: 'wait4', args: [ref('child'), 0, 0, 0] },
      { exit: 0 },
    ]);
    await expect(birth.done).rejects.toMatchObject({ code: 'ENOENT', operation: 'chdir' });
  });

  it('loops until it leaves, and branches both ways', async () => {
    const birth = run([
      { set: 'bit', to: 1 },
      {
        loop: [
          { if: { when: ref('bit'), is: '>=', than: 1024 }, then: [{ leave: 'loop' }] },
          { set: 'bit', to: { ref: 'bit', left: 1 } },
        ],
      },
      { report: 'bit', value: ref('bit') },
      {
        if: { when: ref('bit'), is: '==', than: 7 },
        then: [{ report: 'seven', value: 1 }],
        else: [{ report: 'other', value: 2 }],
      },
      { if: { when: ref('bit'), is: '<', than: 2000 }, then: [{ report: 'small', value: { ref: 'bit', or: 1 } }] },
      { if: { when: ref('bit'), is: '!=', than: 1024 }, then: [{ report: 'never', value: 0 }] },
      { exit: 0 },
    ]);
    expect(await birth.done).toEqual([
      { name: 'bit', value: 1024 },
      { name: 'other', value: 2 },
      { name: 'small', value: 1025 },
    ]);
  });

  it('fills structures with results before the call', async () => {
    const POLLIN = 1;
    const birth = run([
      { call: 'getpid', as: 'self' },
      { call: 'pidfd_open', args: [ref('self'), 0], as: 'pidfd' },
      // struct pollfd { int fd; short events; short revents; } and struct timespec { 0, 0 }
      {
        call: 'ppoll',
        args: [{ words: [{ ref: 'pidfd', or: BigInt(POLLIN) << 32n }] }, 1, { words: [0, 0] }, 0],
        as: 'ready',
      },
      { report: 'ready', value: ref('ready') },
      { exit: 0 },
    ]);
    expect(await birth.report('ready')).toBe(0);
  });

  it('executes programs, with their output and exit status seen by the parent', async () => {
    const birth = runPlan(
      {
        name: 'echo',
        steps: [
          { call: 'execve', args: ['/bin/sh', { strings: ['sh', '-c', 'echo "$A"; exit 3'] }, { strings: ['A=b'] }] },
        ],
      },
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const chunks: string[] = [];
    birth.stdout?.on('data', (chunk) => chunks.push(String(chunk)));
    const code = await new Promise((resolve) => birth.child.once('close', resolve));
    expect(chunks.join('')).toBe('b\n');
    expect(code).toBe(3);
  });

  it('refuses what could not be run', () => {
    expect(() => run([{ exit: ref('nobody') }])).toThrow('nothing before it is called nobody');
    expect(() => run([{ leave: 'loop' }])).toThrow('outside a loop');
    expect(() => run([{ call: 'chdir', args: ['a\0b'] }])).toThrow('NUL');
  });

  it('can be read', () => {
    const plan: Plan = {
      name: 'example',
      steps: [
        {
          call: 'mount',
          args: [null, '/', null, flags({ MS_REC: 16384, MS_PRIVATE: 262144 }), null],
          about: 'keep mounts private',
        },
        { fork, child: [{ call: 'execve', args: ['/bin/true', { strings: ['true'] }, { strings: [] }] }] },
        { if: { when: ref('child'), is: '<', than: 0 }, then: [{ exit: 1 }] },
      ],
    };
    expect(describePlan(plan)).toBe(
      [
        'plan "example"',
        '  mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL)  # keep mounts private',
        '  child = clone(17, 0, 0, 0, 0) child:',
        '    execve("/bin/true", ["true"], [])',
        '  if $child < 0:',
        '    exit 1',
      ].join('\n'),
    );
  });
});

describe('the interpreter', () => {
  it('is small, and refuses an architecture it has no encoder for', () => {
    expect(interpreterImage('x64').byteLength).toBeLessThan(1500);
    expect(() => interpreterImage('riscv64')).toThrow('there is no interpreter for riscv64 yet');
  });

  it('stays out of the way: its process is far below a megabyte', async () => {
    const path = join(directory, 'fifo-stand-in');
    writeFileSync(path, '');
    const birth = run([{ report: 'up', value: 1 }, { call: 'pause' }]);
    await birth.report('up');
    const status = readFileSync(`/proc/${birth.pid}/status`, 'utf8');
    birth.child.kill('SIGKILL');
    const rss = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
    expect(rss).toBeLessThan(512);
  });
});
