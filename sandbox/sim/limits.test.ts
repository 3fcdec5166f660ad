/** What a learner may type by mistake, or to see what happens: none of it may end or hold up whoever runs the lab. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kernel, LabKernel, LabLimits } from '../../engine/kernel';
import { simHost } from '../drivers/sim';
import { type Clock, systemClock } from '../lab';
import { TerminalUser } from './terminal-user';

const limits: LabLimits = { pids: 64, memoryBytes: 128 << 20, cpus: 2, diskBytes: 32 << 20 };

/** Every look at this clock costs a millisecond, so that turns are as long on any computer. */
class CountingClock implements Clock {
  #now = 0;
  turns = 0;
  now(): number {
    return this.#now++;
  }
  after(ms: number, run: () => void) {
    return systemClock.after(Math.min(ms, 1), () => {
      this.#now += Math.floor(ms);
      run();
    });
  }
  soon(run: () => void): void {
    this.turns++;
    systemClock.soon(run);
  }
}

let clock: CountingClock;
let lab: LabKernel;
let alive: NodeJS.Timeout;

function machine(id: string): Kernel {
  const found = lab.machines.get(id);
  if (!found) throw new Error(`no Machine ${id}`);
  return found;
}

async function answer(id: string): Promise<string> {
  const { result } = await machine(id).spawn({ argv: ['echo', 'alive'] });
  return new TextDecoder().decode((await result).stdout);
}

beforeEach(async () => {
  // Timers of a lab keep no process alive.
  alive = setInterval(() => undefined, 1000);
  clock = new CountingClock();
  const machines = ['lab', 'other'].map((id) => ({ id, hostname: id }));
  lab = await simHost(clock, () => Date.UTC(2026, 0, 1)).boot({ id: 'limits', machines, links: [], limits });
});
afterEach(async () => {
  clearInterval(alive);
  await lab.dispose();
});

describe('what never ends', () => {
  test.each(['while :; do :; done', 'cat /dev/zero > /dev/null', 'yes > /dev/null', 'yes', 'sleep 1000'])(
    '%s is ended by Ctrl-C',
    async (line) => {
      const user = await TerminalUser.at(machine('lab'));
      await user.begin(line);
      expect(await answer('other')).toBe('alive\n');
      await user.interrupt();
      expect(await user.run('echo $((40 + 2))')).toBe('42');
    },
  );

  test('is done in short turns, and others have theirs in between', async () => {
    const user = await TerminalUser.at(machine('lab'));
    await user.begin('while :; do :; done');
    const [turns, { step, now }] = [clock.turns, lab.simulation?.time ?? { step: 0, now: 0 }];
    for (let between = 0; between < 50; between++) await new Promise((resolve) => setImmediate(resolve));
    const after = lab.simulation?.time ?? { step: 0, now: 0 };
    const turned = clock.turns - turns + 1;
    expect(turned).toBeGreaterThan(10);
    // 8 ms of a clock that a look takes one of; between two looks at most one slice begins after the lab's first ms.
    expect((after.step - step) / turned).toBeLessThan(10 * 32);
    expect((after.now - now) / turned).toBeLessThan(10 * 5_000_000);
    await user.interrupt();
  });

  test('a fork bomb stays within pids.max, and its Machine still answers', async () => {
    const user = await TerminalUser.at(machine('lab'));
    await user.begin(':(){ :|:& };:');
    expect(await answer('other')).toBe('alive\n');
    const { processes } = await lab.inspect();
    expect(Object.keys(processes).length).toBeLessThanOrEqual(2 * limits.pids);
    // What the bomb complains of comes between.
    await user.see('echo $((40 + 2))', '42');
  });
});

describe('what is too much', () => {
  const all = (text: string, count: number) => text.repeat(count);
  const cases: Array<[what: string, line: string, shown: RegExp]> = [
    ['a file larger than the disk', 'head -c 100M /dev/zero > big; echo $?', /No space left on device\n1$/],
    ['a line without an end', `head -c 1G /dev/zero | tail; echo \${PIPESTATUS[1]}`, /137$/],
    ['a text of awk that doubles', `awk 'BEGIN { s = "x"; while (1) s = s s }'; echo $?`, /137$/],
    ['a variable that doubles', `bash -c 'x=x; while :; do x=$x$x; done'; echo $?`, /137$/],
    ['an array that doubles', `bash -c 'a=(1 2); while :; do a+=("\${a[@]}"); done'; echo $?`, /137$/],
    ['a list that doubles', `python3 -c $'a=[1]\\nwhile True: a=a+a'; echo $?`, /MemoryError\n1$/],
    ['a list that is added to itself', `python3 -c $'a=[1]\\nwhile True: a+=a'; echo $?`, /137$/],
    ['a wide field', 'printf %1000000000s x; echo $?', /xrealloc: cannot allocate 1000000000 bytes\n1$/],
    ['a wide field of awk', `awk 'BEGIN { printf "%500000000s", "x" }'; echo $?`, /137$/],
    ['lines to sort', 'yes | sort; echo $?', /137$/],
    ['lines to turn round', 'yes | tac; echo $?', /137$/],
    ['lines to leave out', 'yes | tail -n 1000000000; yes | head -n -1000000000; echo $?', /137$/],
    ['numbers to shuffle', 'shuf -i 1-1000000000; echo $?', /137$/],
    ['a large block', 'dd if=/dev/zero of=/dev/null bs=1G count=1; echo $?', /137$/],
    ['a substitution', `bash -c 'x=$(cat /dev/zero)'; echo $?`, /137$/],
    ['an array that grows', `bash -c 'while :; do a[i++]=$i; done'; echo $?`, /137$/],
    ['lines for an array', `bash -c 'mapfile a < <(yes)'; echo $?`, /137$/],
    ['elements of awk', `awk 'BEGIN { while (1) a[i++] = i }'; echo $?`, /137$/],
    ['spaces of sed', `echo xxxx | sed ':a;h;G;ba'; echo $?`, /137$/],
    ['numbers of jq', `jq -n '[range(1000000000)]'; echo $?`, /137$|too much\n5$/],
    ['a number of Python', `python3 -c $'x=3\\nwhile True: x=x*x'; echo $?`, /MemoryError\n1$/],
    ['many words from braces', 'echo {1..100000000}', /^\{1\.\.100000000\}$/],
    ['links in a circle', 'ln -s a b; ln -s b a; cat a', /Too many levels of symbolic links/],
    ['a name in itself', 'x=x+1; echo $((x))', /expression recursion level exceeded/],
    ['functions of functions', `bash -c 'f() { f; }; f'; echo $?`, /139$/],
    ['recursion of Python', `python3 -c $'def f(): return f()\\nf()'`, /RecursionError/],
  ];
  test.each(cases)('%s', async (_, line, shown) => {
    const user = await TerminalUser.at(machine('lab'));
    expect(await user.run(line)).toMatch(shown);
    expect(await user.run('echo $((40 + 2))')).toContain('42');
    expect(await answer('other')).toBe('alive\n');
  });

  test.each([
    ['arithmetic', `p='${all('(', 3000)}1${all(')', 3000)}'; echo $(($p))`, /recursion level exceeded/],
    ['an expression', `grep -E '${all('(', 3000)}x${all(')', 3000)}' /dev/null`, /too big/],
    ['expr', `expr ${all('\\( ', 1000)}1${all(' \\)', 1000)}`, /memory exhausted/],
  ])('brackets of %s, deep', async (_, script, shown) => {
    const { result } = await machine('lab').spawn({ argv: ['bash', '-c', script] });
    const { stderr } = await result;
    expect(new TextDecoder().decode(stderr)).toMatch(shown);
  });

  test.each([
    ['[[ $s == *a*a*a*a*a*a*a*a*a*a*a*a*b ]]'],
    ['shopt -s extglob; [[ $s == +(+(a)) ]]'],
    [`[[ \${s//*a*a*a*a*a*a*b/} != "$s" ]]`],
    [`[[ \${s%%*a*a*a*a*a*a*b} != "$s" ]]`],
  ])('a pattern that would take for ever: %s', async (command) => {
    const script = `s=${all('a', 60)}c; ${command}; echo $?`;
    const { result } = await machine('lab').spawn({ argv: ['bash', '-c', script] });
    expect(new TextDecoder().decode((await result).stdout)).toBe('1\n');
  });

  test('substitutions in substitutions', async () => {
    const script = `echo ${all('$(echo ', 40)}x${all(')', 40)}`;
    const { result } = await machine('lab').spawn({ argv: ['bash', '-c', script] });
    expect(new TextDecoder().decode((await result).stdout)).toBe('x\n');
  });

  test('a deep directory', async () => {
    const user = await TerminalUser.at(machine('lab'));
    expect(await user.run(`mkdir -p $(printf 'd/%.0s' {1..800}); find d | wc -l; rm -r d; ls -A | grep -c ^d$`)).toBe(
      '800\n0',
    );
  });

  test('mounts that double', async () => {
    const user = await TerminalUser.at(machine('lab'));
    const shown = await user.run('mkdir d; while mount --rbind / d; do :; done; wc -l < /proc/self/mountinfo');
    expect(shown).toMatch(/No space left on device/);
    expect(Number(shown.split('\n').at(-1))).toBeLessThanOrEqual(10_000);
    expect(await user.run('echo $((40 + 2))')).toContain('42');
  });

  test('mounts of directories on each other', async () => {
    const user = await TerminalUser.at(machine('lab'));
    await user.run(
      'mkdir -p p/q; mount --bind p p/q; mount --bind p/q p; mount --rbind / /mnt; mount --rbind / /mnt/mnt',
    );
    expect(await user.run('find p | wc -l')).toMatch(/^\d+$/);
    expect(await user.run('ls -d /mnt/mnt/root')).toBe('/mnt/mnt/root');
  });
});
