/**
 * Scripts with what the real bash 5.2 and dash 0.5 of Debian 12 print for them: `testing/*-scripts.txt`. A record is the
 * exit status and the script, then standard output after `#>`, standard error after `#2`; `␤` stands where the output does
 * not end in a newline.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Program, Sys } from '../../kernel/sim';
import { bootTest } from '../../kernel/sim/testing/boot';
import { programs as coreutils } from '../coreutils';
import { programs as shells } from '.';

interface Record {
  script: string;
  status: number;
  stdout: string;
  stderr: string;
}

function recordsOf(file: string): Record[] {
  const text = readFileSync(new URL(`./testing/${file}`, import.meta.url), 'utf8');
  return text
    .split(/^#### /m)
    .filter((part) => part !== '')
    .map((part) => {
      const [, status = '', script = '', stdout = '', stderr = ''] =
        /^(\d+)\n([\s\S]*?)\n#> \n([\s\S]*)^#2 \n([\s\S]*)$/m.exec(part) ?? [];
      return { status: Number(status), script, stdout: whole(stdout), stderr: whole(stderr) };
    });
}

const whole = (text: string) => text.replace(/␤\n$/, '');

const environment = { HOME: '/root', PATH: '/usr/bin:/bin', TERM: 'xterm', LC_ALL: 'C.UTF-8' };
const passwd = 'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n';

function run(argv: readonly string[]) {
  const main: Program = function* (sys: Sys) {
    sys.mkdir('/root/w');
    sys.chdir('/root/w');
    const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    return yield* sys.execve(`/bin/${argv[0]}`, argv, env);
  };
  return bootTest({ main, ...coreutils, ...shells }, { files: { '/etc/passwd': passwd }, env: environment });
}

describe.each([
  ['bash', 'bash-scripts.txt'],
  ['sh', 'dash-scripts.txt'],
])('%s', (shell, file) => {
  test.each(recordsOf(file))('$script', ({ script, status, stdout, stderr }) => {
    const result = run([shell, '-c', script]);
    expect({ stdout: result.stdout, stderr: result.stderr, status: result.code }).toEqual({ stdout, stderr, status });
  });
});
