import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernel, KernelTerminal, LabKernel, TerminalSpec } from '../../port';
import { bash, bootLab, cannotBoot, machineOf, until } from '../testing/lab';

describe.skipIf(cannotBoot())('a terminal', () => {
  let lab: LabKernel;
  let machine: Kernel;
  const open: KernelTerminal[] = [];
  beforeAll(async () => {
    lab = await bootLab();
    machine = machineOf(lab);
  });
  afterAll(() => lab?.dispose());

  async function openTerminal(spec: Partial<TerminalSpec> = {}) {
    const terminal = await machine.openTerminal({ cols: 80, rows: 24, ...spec });
    open.push(terminal);
    const seen = { text: '', bytes: 0 };
    terminal.onData((data) => {
      seen.bytes += data.byteLength;
      seen.text = (seen.text + Buffer.from(data).toString('latin1')).slice(-100_000);
    });
    const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) =>
      terminal.onExit(resolve),
    );
    const type = (text: string) => terminal.write(Buffer.from(text));
    return { terminal, seen, ended, type, shows: (text: string) => until(() => seen.text.includes(text)) };
  }

  it('runs a login shell of root on a pty of the Machine', async () => {
    const { terminal, type, shows, ended } = await openTerminal();
    await type('echo "[$(tty) $0 $USER $HOME $TERM $LANG $PWD $(id -u)]"\n');
    await shows(`[/dev/${terminal.name} -bash root /root xterm-256color C.UTF-8 /root 0]`);
    await type('ps -o sid=,pid=,tpgid= -p $$ | tr -s " "; echo $$; echo "job control: $-"\n');
    await shows('job control: himBHs');
    await type('exit 7\n');
    expect(await ended).toEqual({ exitCode: 7, signal: null });
  });

  it('runs a login shell of the learner', async () => {
    const { type, shows, terminal } = await openTerminal({ user: 'learner' });
    await type('echo "[$0 $USER $HOME $PWD $(id -un)]"\n');
    await shows('[-bash learner /home/learner /home/learner learner]');
    terminal.close();
  });

  it('loses nothing that was printed before somebody listened', async () => {
    const terminal = await machine.openTerminal({ cols: 80, rows: 24, argv: ['echo', 'early'] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    let text = '';
    terminal.onData((data) => {
      text += Buffer.from(data).toString();
    });
    await new Promise((resolve) => terminal.onExit(resolve));
    expect(text).toBe('early\r\n');
  });

  it('has the size it was given, and tells programs of a new one', async () => {
    const script = 'trap "stty size" WINCH; stty size; while :; do sleep 0.05; done';
    const { terminal, shows } = await openTerminal({ cols: 100, rows: 30, argv: ['bash', '-c', script] });
    await shows('30 100');
    terminal.resize(132, 43);
    await shows('43 132');
    expect(() => terminal.resize(0, 10)).toThrow('EINVAL');
    terminal.close();
  });

  it('reports the signal that ended the shell', async () => {
    const { type, ended } = await openTerminal();
    await type('kill -KILL $$\n');
    expect(await ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('interrupts the program in front with ^C', async () => {
    const { type, shows, terminal } = await openTerminal();
    // The program in front says so itself: between two commands of a line, the shell is.
    await type('sh -c "echo rea\\dy; exec sleep 600"\n');
    await shows('ready\r\n');
    await type('\x03');
    await type('echo "status $?"\n');
    await shows('status 130');
    terminal.close();
  });

  it('says why a program cannot be started, and closes what it opened', async () => {
    await expect(machine.openTerminal({ cols: 80, rows: 24, argv: ['/no/such'] })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('stops a flood while it is paused, with nothing kept here', async () => {
    const { terminal, seen, type, shows } = await openTerminal();
    await type('yes 0123456789012345678901234567890123456789\n');
    await until(() => seen.bytes > 1_000_000);
    terminal.pause();
    const [before, memory] = [seen.bytes, process.memoryUsage().rss];
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(seen.bytes).toBe(before);
    expect(process.memoryUsage().rss - memory).toBeLessThan(32 << 20);
    terminal.resume();
    await until(() => seen.bytes > before + 1_000_000);
    await type('\x03');
    seen.text = '';
    await type('echo "still $((20 + 22))"\n');
    await shows('still 42');
    terminal.close();
  });

  it('takes ten megabytes of pasted text, all of it', async () => {
    const { type, shows, terminal } = await openTerminal();
    await type('stty -echo; cat > /tmp/pasted; wc -c < /tmp/pasted\n');
    const line = `${'x'.repeat(99)}\n`;
    const block = line.repeat(655);
    const total = 10_000_000;
    for (let sent = 0; sent < total; sent += block.length)
      await type(block.slice(0, Math.min(block.length, total - sent)));
    await type('\x04');
    await shows('10000000');
    terminal.close();
  });

  it('makes a write wait while the program does not read', async () => {
    const { terminal, type, seen, shows } = await openTerminal();
    await type('stty raw -echo; echo rea\\dy; sleep 1; head -c 3000000 | wc -c; stty sane\n');
    await shows('ready');
    let taken = false;
    const writing = terminal.write(Buffer.alloc(3_000_000, 'y')).then(() => {
      taken = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken).toBe(false);
    await writing;
    await shows('3000000');
    expect(seen.bytes).toBeLessThan(10_000);
    terminal.close();
  });

  it('refuses what is written after the end', async () => {
    const { terminal, ended, type } = await openTerminal();
    const waiting = openTerminal().then(async ({ terminal: full }) => {
      const write = full.write(Buffer.alloc(1_000_000));
      full.close();
      return write;
    });
    await expect(waiting).rejects.toMatchObject({ code: 'EIO' });
    terminal.close();
    await ended;
    await expect(type('x')).rejects.toMatchObject({ code: 'EIO' });
    expect(() => terminal.resize(10, 10)).not.toThrow();
    expect(() => terminal.close()).not.toThrow();
  });

  it('ends the whole session when it is closed, even what ignores the hang-up', async () => {
    const script = 'trap "" HUP; sleep 4711 & echo up; while :; do sleep 4712; done';
    const { terminal, shows, ended } = await openTerminal({ argv: ['bash', '-c', script] });
    await shows('up');
    terminal.close();
    expect(await ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect((await bash(machine, 'while pgrep -x sleep > /dev/null; do sleep 0.05; done; echo gone')).stdout).toBe(
      'gone\n',
    );
  });

  it('ends with its shell although a background program keeps it open', async () => {
    const { type, ended } = await openTerminal();
    await type('setsid yes & sleep 0.2; exit 5\n');
    expect(await ended).toEqual({ exitCode: 5, signal: null });
    await bash(machine, 'pkill yes');
  });

  it('opens no device that stands where the pty multiplexer was, nor one of the host', async () => {
    const other = await bootLab();
    const size = { cols: 80, rows: 24 };
    await bash(machineOf(other), 'umount -l /dev/pts; mknod /dev/pts/ptmx c 1 3');
    await expect(machineOf(other).openTerminal(size)).rejects.toMatchObject({ code: 'ENODEV' });
    await bash(machineOf(other), 'rm /dev/pts/ptmx; ln -s /dev/ptmx /dev/pts/ptmx');
    await expect(machineOf(other).openTerminal(size)).rejects.toMatchObject({ code: 'ELOOP' });
    await other.dispose();
  });

  it('leaves some for other Machines', async () => {
    const script = 'for (1..300) { open my $h, "+<", "/dev/ptmx" or last; push @h, $h } print scalar @h';
    const opened = Number((await bash(machine, `perl -e '${script}'`)).stdout);
    expect(opened).toBeGreaterThan(200);
    expect(opened).toBeLessThanOrEqual(256);
  });

  it('leaves nothing when all are closed', async () => {
    for (const terminal of open) terminal.close();
    expect((await bash(machine, 'while ps -e -o tty= | grep -q pts; do sleep 0.05; done; ls /dev/pts')).stdout).toBe(
      'ptmx\n',
    );
  });
});
