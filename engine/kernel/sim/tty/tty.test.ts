import { describe, expect, it } from 'vitest';
import * as abi from '../abi';
import { decode, encode } from '../bytes';
import { readText } from '../testing/boot';
import { bootPseudoLab, errnoOf } from '../testing/pseudo-lab';
import { LineDiscipline } from './line-discipline';
import { TerminalOutput } from './output';
import { defaultTermios } from './termios';

function discipline(change: Partial<ReturnType<typeof defaultTermios>> = {}) {
  const termios = { ...defaultTermios(), ...change };
  const output = new TerminalOutput();
  const signals: number[] = [];
  const line = new LineDiscipline(
    output,
    () => termios,
    (signal) => signals.push(signal),
  );
  return {
    signals,
    type: (text: string) => line.receive(encode(text)),
    read: (count = 100) => {
      const bytes = line.take(count);
      return bytes && decode(bytes);
    },
    shown: () => decode(output.take(10_000)),
    output,
  };
}

describe('line discipline', () => {
  it('gives whole lines and echoes them', () => {
    const tty = discipline();
    tty.type('ls');
    expect(tty.read()).toBeUndefined();
    tty.type('\r');
    expect(tty.read()).toBe('ls\n');
    expect(tty.shown()).toBe('ls\r\n');
  });
  it('erases characters, words and lines', () => {
    const tty = discipline();
    tty.type('ab\x7fc def\x17x\r');
    expect(tty.read()).toBe('ac x\n');
    expect(tty.shown()).toBe('ab\b \bc def\b \b\b \b\b \bx\r\n');
    tty.type('abc\x15d\r');
    expect(tty.read()).toBe('d\n');
  });
  it('shows control characters with a caret, and takes them literally after ^V', () => {
    const tty = discipline();
    tty.type('\x16\x03\r');
    expect(tty.read()).toBe('\x03\n');
    expect(tty.shown()).toBe('^\b^C\r\n');
  });
  it('erases both columns of a control character, and tabs to where they began', () => {
    const tty = discipline();
    tty.type('a\t\x7f\x16\x01\x7f\r');
    expect(tty.shown()).toBe('a\t\b\b\b\b\b\b\b^\b^A\b \b\b \b\r\n');
  });
  it('erases a whole character of several bytes with iutf8', () => {
    const tty = discipline({ iutf8: true });
    tty.type('é\x7fa\r');
    expect(tty.read()).toBe('a\n');
    expect(tty.shown()).toBe('é\b \ba\r\n');
  });
  it('sends signals and drops what was typed', () => {
    const tty = discipline();
    tty.type('abc\x03');
    expect(tty.signals).toEqual([2]);
    expect(tty.shown()).toBe('^C');
    tty.type('x\r');
    expect(tty.read()).toBe('x\n');
  });
  it('ends a file at ^D, once', () => {
    const tty = discipline();
    tty.type('ab\x04');
    expect(tty.read(2)).toBe('ab');
    expect(tty.read()).toBeUndefined();
    tty.type('\x04');
    expect(tty.read()).toBe('');
    expect(tty.read()).toBeUndefined();
  });
  it('keeps 4095 bytes of a line and its newline', () => {
    const tty = discipline();
    tty.type('x'.repeat(5000));
    tty.type('\r');
    expect(tty.read(8000)).toBe(`${'x'.repeat(4095)}\n`);
  });
  it('stops and starts output', () => {
    const tty = discipline();
    tty.type('\x13ab');
    expect(tty.shown()).toBe('');
    expect(tty.output.room).toBe(0);
    tty.type('\x11');
    expect(tty.shown()).toBe('ab');
  });
  it('gives bytes as they come in raw mode', () => {
    const tty = discipline({ icanon: false, echo: false });
    tty.type('a\r');
    expect(tty.read()).toBe('a\n');
  });
});

describe('terminals', () => {
  it('gives a session leader its controlling terminal', () => {
    const lab = bootPseudoLab();
    const answer = lab.run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const without = yield* errnoOf(() => sys.open('/dev/tty', abi.O_RDWR));
      const slave = yield* sys.open(`/dev/pts/${sys.ptsNumber(master)}`, abi.O_RDWR);
      const stat = yield* readText(sys, '/proc/self/stat');
      return [
        without,
        sys.ttyname(slave),
        sys.tcgetpgrp(slave) === sys.getpid(),
        stat.split(' ')[6],
        yield* errnoOf(() => sys.open('/dev/tty', 2)),
      ];
    });
    expect(answer).toEqual(['ENXIO', '/dev/pts/0', true, '34816', null]);
  });
  it('carries bytes both ways and hangs up', () => {
    const lab = bootPseudoLab();
    const answer = lab.run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR | abi.O_NOCTTY);
      yield* sys.write(master, encode('hi\n'));
      const read = decode(yield* sys.read(slave, 100));
      yield* sys.write(slave, encode('a\nb'));
      const shown = decode(yield* sys.read(master, 100));
      sys.close(master);
      const end = (yield* sys.read(slave, 1)).length;
      return [
        read,
        shown,
        end,
        yield* errnoOf(() => sys.write(slave, encode('x'))),
        sys.readdir('/dev/pts').map(({ name }) => name),
      ];
    });
    expect(answer).toEqual(['hi\n', 'hi\r\na\r\nb', 0, 'EIO', ['.', '..', 'ptmx']]);
  });
  it('stops a background reader with SIGTTIN, and goes on in the foreground', () => {
    const lab = bootPseudoLab();
    const devpts = { current: '' };
    const answer = lab.run(function* (sys) {
      const master = yield* sys.open('/dev/pts/ptmx', abi.O_RDWR);
      const slave = yield* sys.open('/dev/pts/0', abi.O_RDWR);
      sys.sigaction(abi.signalNumbers.SIGTTOU, 'ignore');
      const child = sys.fork(function* (own) {
        own.setpgid(0, 0);
        devpts.current = decode(yield* own.read(slave, 10));
        return 0;
      });
      const first = yield* sys.waitpid(child, abi.WUNTRACED);
      sys.tcsetpgrp(slave, child);
      sys.kill(child, abi.signalNumbers.SIGCONT);
      yield* sys.write(master, encode('x\n'));
      yield* sys.waitpid(child);
      return first?.event;
    });
    expect(answer).toEqual({ kind: 'stopped', signal: abi.signalNumbers.SIGTTIN });
    expect(devpts.current).toBe('x\n');
  });
  it('makes a writer wait while the outside is paused', () => {
    const lab = bootPseudoLab();
    const init = [...lab.kernel.tasks.all()][0];
    if (!init) throw new Error('no init');
    const master = lab.kernel.terminals.createMaster(lab.kernel.vfs.resolve(init, '/dev/pts').mount.sb);
    let size = 0;
    master.onOutput((data) => {
      size += data.length;
    });
    master.setPaused(true);
    let written = 0;
    lab.kernel.tasks.cloneFrom(init, 0, function* (sys) {
      const slave = yield* sys.open(master.slavePath, abi.O_RDWR | abi.O_NOCTTY);
      for (let count = 0; count < 100; count++) written += yield* sys.write(slave, encode('x'.repeat(1000)));
      return 0;
    });
    lab.settle();
    expect(written).toBeLessThan(10_000);
    master.setPaused(false);
    lab.settle();
    expect([written, size]).toEqual([100_000, 100_000]);
  });
});
