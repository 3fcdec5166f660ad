/** What the real tools print (Debian 12), for a few things each; whole scenarios are played on both kernels elsewhere. */
import { beforeAll, expect, test } from 'vitest';
import { type BootOptions, bootTest } from '../../kernel/sim/testing/boot';
import { loadAll } from '../lib/loaded-later';
import { parts, programs } from '.';

beforeAll(() => loadAll(parts));

const files = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndaemon:x:1:\n',
  '/tmp/f': 'b 2\na 10\nc 1\n',
  '/tmp/d/one': 'one\n',
};

function run(line: string, options: BootOptions = {}): { code: number; stdout: string; stderr: string } {
  const argv = line.split(' ').map((word) => word.replaceAll('~', ' '));
  const [name = ''] = argv;
  const main = programs[name];
  if (!main) throw new Error(`no program ${name}`);
  const env = { LANG: 'C.UTF-8', PATH: '/bin', ...options.env };
  const { code, stdout, stderr } = bootTest(
    { ...programs, main },
    { ...options, argv, env, files: { ...files, ...options.files } },
  );
  return { code, stdout, stderr };
}

test.each([
  ['ls -F /tmp', 'd/\nf\n'],
  ['ls -ld --time-style=+x /tmp/f', '-rw-r--r-- 1 root root 13 x /tmp/f\n'],
  ['ls -l --time-style=+x /tmp/d', 'total 4\n-rw-r--r-- 1 root root 4 x one\n'],
  ['cat -n /tmp/f', '     1\tb 2\n     2\ta 10\n     3\tc 1\n'],
  ['head -n 1 /tmp/f', 'b 2\n'],
  ['tail -n +3 /tmp/f', 'c 1\n'],
  ['tac /tmp/f', 'c 1\na 10\nb 2\n'],
  ['sort -k2n /tmp/f', 'c 1\nb 2\na 10\n'],
  ['sort -r /tmp/f', 'c 1\nb 2\na 10\n'],
  ['wc /tmp/f', ' 3  6 13 /tmp/f\n'],
  ['cut -d~ -f2 /tmp/f', '2\n10\n1\n'],
  ['seq -s, 0.5 0.5 2', '0.5,1.0,1.5,2.0\n'],
  ['printf %05.1f|%x|%-3s|\\n 3.14159 255 a', '003.1|ff|a  |\n'],
  ['expr 7 * 6', '42\n'],
  ['basename /a/b.c .c', 'b\n'],
  ['realpath /tmp/../tmp/./d', '/tmp/d\n'],
  ['stat -c %n~%s~%a~%F /tmp/f', '/tmp/f 13 644 regular file\n'],
  ['md5sum /tmp/d/one', '5bbf5a52328e7439ae6e719dfe712200  /tmp/d/one\n'],
  ['sha256sum /tmp/d/one', '2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806  /tmp/d/one\n'],
  ['b2sum -l 64 /tmp/d/one', expect.stringMatching(/^[0-9a-f]{16} {2}\/tmp\/d\/one\n$/)],
  ['cksum /tmp/d/one', expect.stringMatching(/^\d+ 4 \/tmp\/d\/one\n$/)],
  ['base64 /tmp/d/one', 'b25lCg==\n'],
  ['od -c /tmp/d/one', '0000000   o   n   e  \\n\n0000004\n'],
  ['id', 'uid=0(root) gid=0(root) groups=0(root)\n'],
  ['date -u -d @0 +%F~%T', '1970-01-01 00:00:00\n'],
  ['factor 60 97', '60: 2 2 3 5\n97: 97\n'],
  ['numfmt --to=iec 1500', '1.5K\n'],
  ['env -i A=1', 'A=1\n'],
  ['du -s --apparent-size /tmp/d/one', '1\t/tmp/d/one\n'],
])('%s', (line, stdout) => {
  expect(run(line)).toEqual({ code: 0, stdout, stderr: '' });
});

test.each([
  ['ls /nope', 2, "ls: cannot access '/nope': No such file or directory\n"],
  ['cat /tmp', 1, 'cat: /tmp: Is a directory\n'],
  ['cp /tmp/d /tmp/x', 1, "cp: -r not specified; omitting directory '/tmp/d'\n"],
  ['mv /nope /tmp', 1, "mv: cannot stat '/nope': No such file or directory\n"],
  [
    'rm -r /',
    1,
    "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n",
  ],
  ['rmdir /tmp/d', 1, "rmdir: failed to remove '/tmp/d': Directory not empty\n"],
  ['mkdir /tmp', 1, 'mkdir: cannot create directory ‘/tmp’: File exists\n'],
  ['chmod zz /tmp/f', 1, "chmod: invalid mode: ‘zz’\nTry 'chmod --help' for more information.\n"],
  ['head -n x /tmp/f', 1, 'head: invalid number of lines: ‘x’\n'],
  ['sort /nope', 2, 'sort: cannot read: /nope: No such file or directory\n'],
  [
    'tr a',
    1,
    "tr: missing operand after ‘a’\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\n",
  ],
  ['env nope', 127, 'env: ‘nope’: No such file or directory\n'],
  ['seq x', 1, "seq: invalid floating point argument: ‘x’\nTry 'seq --help' for more information.\n"],
  ['ls --color=x', 1, expect.stringContaining('invalid argument ‘x’ for ‘--color’')],
  ['stty', 1, "stty: 'standard input': Inappropriate ioctl for device\n"],
])('%s fails as the real one', (line, code, stderr) => {
  expect(run(line)).toMatchObject({ code, stderr });
});

test('filters what comes in', () => {
  expect(run('tr a-z A-Z', { stdin: 'hello\n' }).stdout).toBe('HELLO\n');
  expect(run('uniq -c', { stdin: 'a\na\nb\n' }).stdout).toBe('      2 a\n      1 b\n');
  expect(run('paste -sd+', { stdin: '1\n2\n3\n' }).stdout).toBe('1+2+3\n');
  expect(run('fold -w 3', { stdin: 'abcdefg\n' }).stdout).toBe('abc\ndef\ng\n');
  expect(run('nl', { stdin: 'a\n\nb\n' }).stdout).toBe('     1\ta\n       \n     2\tb\n');
  expect(run('base64 -d', { stdin: 'aGVsbG8K\n' }).stdout).toBe('hello\n');
  expect(run('tee /tmp/copy', { stdin: 'x\n' }).stdout).toBe('x\n');
});

test('ends what takes too long, on the virtual clock', () => {
  expect(run('timeout 2 sleep 1000').code).toBe(124);
  expect(run('timeout -s KILL 2 sleep 1000').code).toBe(137);
  expect(run('timeout 20 sleep 1').code).toBe(0);
});

test('tells what it does not have', () => {
  expect(run('ls -l --dired').stderr).toContain('not there');
  expect(run('shred /tmp/f').code).toBe(1);
});

test('has a short help and a version for everything', () => {
  for (const name of Object.keys(programs)) {
    if (name === 'test' || name === 'yes') continue;
    const { code, stdout } = run(`${name} --help`);
    expect(stdout, name).toMatch(/^Usage: /);
    if (name !== 'false') expect(code, name).toBe(0);
  }
});
