/** Engine programs: functions made of promises, run in the process that executed their file, in the lab's own time. */
import { afterEach, expect, test } from 'vitest';
import type { EngineProgram, LabKernel, LabSpec, Plan } from '../../engine/kernel';
import { engineProgram, makeImage, Replay, SimHost } from '../../engine/kernel/sim';
import { imageEntries, loadPrograms, program } from '../../engine/programs/simulated';
import { systemClock } from '../lab';

const spec = {
  id: 'engine',
  machines: [{ id: 'lab', hostname: 'lab' }],
  links: [],
  limits: { pids: 50, memoryBytes: 64 << 20, cpus: 1, diskBytes: 16 << 20 },
};
const epoch = Date.UTC(2026, 0, 1);

const shell = (script: string): Plan => ({
  name: 'child',
  steps: [
    { call: 'close_range', args: [3, 0xffffffff, { names: 'CLOSE_RANGE_CLOEXEC', value: 4 }] },
    { call: 'execve', args: ['/bin/sh', { strings: ['sh', '-c', script] }, { strings: ['PATH=/usr/bin:/bin'] }] },
  ],
});

/** Runs its argument in a child and waits for that; what is said to it meanwhile, it passes on. */
const parent: EngineProgram = async (process) => {
  const { system, argv, cwd, env } = process;
  if (argv[1] === 'input') {
    process.write(1, await process.readInput());
    return 0;
  }
  if (argv[1] === 'fail') throw new TypeError('a mistake');
  if (argv[1] === 'sleep') {
    for (;;) await system.sleep(1000);
  }
  process.write(1, `${argv.length} ${cwd} ${env.WORD ?? '-'} ${system.facts.uid}\n`);
  // As long as whatever only JavaScript makes one wait for.
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = system.now().getTime();
  const { pid, exit } = system.run(shell(argv[1] ?? ''), { stdio: [0, 1, 2] });
  const name = system.process(pid);
  const { exitCode, signal } = await process.attend(pid, exit, (sent) => name && system.signal(name, sent));
  process.write(2, `after ${Math.round((system.now().getTime() - before) / 100)}00 ms\n`);
  return signal === null ? (exitCode ?? 1) : 128 + signal;
};

let lab: LabKernel;
let booted: LabSpec;
afterEach(() => lab.dispose());

const programs = (name: string) => (name === 'parent' ? engineProgram(parent) : program(name));
const file = makeImage('parent', null);
const image = [
  ...(await imageEntries()),
  { path: '/usr/bin/parent', mode: 0o755, uid: 0, gid: 0, content: { kind: 'file', bytes: file } },
] as const;

async function boot(setup?: string): Promise<void> {
  await loadPrograms();
  const host = new SimHost({
    image,
    programs,
    wallClock: () => epoch,
    pace: { now: systemClock.now, after: systemClock.after },
  });
  booted = { ...spec, machines: spec.machines.map((one) => ({ ...one, ...(setup && { setup }) })) };
  lab = await host.boot(booted);
  lab.simulation?.setSpeed(20);
}

async function run(script: string): Promise<string> {
  const process = await lab.machines.get('lab')?.spawn({ argv: ['bash', '-c', `exec 2>&1; ${script}`] });
  return new TextDecoder().decode((await process?.result)?.stdout);
}

async function expectSameWhenPlayed(): Promise<void> {
  const { simulation } = lab;
  if (!simulation) throw new Error('not simulated');
  const { seed, time } = simulation;
  simulation.setSpeed(0);
  // Up to the last step of that moment.
  await simulation.rewind(time.now);
  const [mark, step] = [simulation.mark(), simulation.time.step];
  const turn = () => new Promise<void>((resolve) => systemClock.soon(resolve));
  const end = { step, at: time.now, mark };
  const played = await Replay.boot({ spec: booted, seed, epoch, image, programs, turn }, simulation.actions, end);
  while (await played.play());
  expect(played.mark()).toBe(mark);
  expect(step).toBeGreaterThanOrEqual(time.step);
}

test('is the process that was executed: its words, directory, descriptors, children and time', async () => {
  await boot('cd /tmp; WORD=early parent "echo set up > made"');
  const line = 'cat /tmp/made; cd /usr; WORD=x parent "echo \\$PPID; sleep 0.2; exit 3" & wait $!; echo $? $!';
  const [made, first, ppid, after, last] = (await run(line)).trimEnd().split('\n');
  expect([made, first, after]).toEqual(['set up', '2 /usr x 0', 'after 200 ms']);
  expect(last).toBe(`3 ${ppid}`);
  expect(await run('printf "a\\nb" | parent input | tr ab xy; head -c 300000 /dev/zero | parent input | wc -c')).toBe(
    'x\ny300000\n',
  );
  expect(await run('parent "echo to the pipe" 2> /dev/full | cat; parent "" > /dev/full; echo $?')).toContain(
    'to the pipe\n',
  );
  await expectSameWhenPlayed();
});

test('passes signals on while it attends, ends by them otherwise, and leaves nothing behind', async () => {
  await boot();
  const passed = `parent 'trap "echo heard; exit 5" TERM; while :; do sleep 0.05; done' & sleep 0.3; kill $!; wait $!; echo $?`;
  expect(await run(passed)).toBe('2 /root - 0\nheard\nafter 300 ms\n5\n');
  expect(await run('parent sleep & sleep 0.1; kill -INT $!; kill $!; wait $!; echo $?')).toBe('143\n');
  const killed =
    'parent "sleep 1; echo late" & sleep 0.1; kill -9 $!; wait $!; echo $?; pgrep -c sleep; sleep 1.5; pgrep -c sleep';
  expect(await run(killed)).toMatch(/^2 \/root - 0\n.*137\n1\nlate\n0\n$/s);
  expect(
    await run('parent sleep & sleep 0.1; kill -STOP $!; jobs; kill -CONT $!; kill $!; wait $!; echo $?'),
  ).toContain('143');
  await expectSameWhenPlayed();
});

const bundle = `
mkdir -p /root/b/rootfs/{bin,proc,sys,dev}; cd /root/b; cp /usr/bin/busybox rootfs/bin; ln -s busybox rootfs/bin/sleep
runc spec; jq '.process.terminal = false | .process.args = ["sleep", "100"]' config.json > edited; mv edited config.json
count() { echo $(pgrep -c .; wc -l < /proc/self/mountinfo; find /sys/fs/cgroup -type d | wc -l; ls /run/runc | wc -l); }`;

test('the runtime, killed wherever it is, leaves what can be deleted without a trace; all is the same when played again', async () => {
  await boot(`${bundle}; runc run -d early`);
  const moments = '0.0005 0.001 0.002 0.003 0.004 0.006 0.008 0.02';
  const kill = `for t in ${moments}; do runc run k > /dev/null 2>&1 & p=$!; sleep $t; kill -9 $p; wait $p; runc delete -f k; done`;
  const [before, status, after] = (
    await run(
      `${bundle.split('\n').at(-1)}; cd /root/b; count; runc state early | jq -r .status; { ${kill}; } > /dev/null 2>&1; sleep 0.1; count`,
    )
  ).split('\n');
  expect([status, after]).toEqual(['running', before]);
  await expectSameWhenPlayed();
});

test('a mistake of its own ends it as by SIGSEGV', async () => {
  await boot();
  const heard: unknown[] = [];
  lab.simulation?.onMistake(({ error }) => heard.push(error));
  expect(await run('parent fail; echo $?')).toContain('139\n');
  expect(heard).toEqual([new TypeError('a mistake')]);
});
