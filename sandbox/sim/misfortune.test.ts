/** What programs of a simulated Machine make of a full disk, and of names that every object of JavaScript has. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootScriptMachine, type ScriptMachine } from '../testing/script-machine';

let machine: ScriptMachine;
beforeAll(async () => {
  machine = await bootScriptMachine();
});
afterAll(() => machine.end());

describe('standard output that cannot be written', () => {
  test.each([
    ['grep root /etc/passwd', 'grep: write error: No space left on device', 2],
    ['sed p /etc/passwd', "sed: couldn't flush stdout: No space left on device", 4],
    ['awk 1 /etc/passwd', 'awk: close failed on file /dev/stdout (No space left on device)', 2],
    ['jq -n 1', 'Error: writing output failed: No space left on device', 2],
    ['diff /etc/passwd /etc/group', 'diff: standard output: No space left on device', 2],
    ['ps', 'ps: write error: No space left on device', 1],
    ['free', 'free: write error', 1],
    ['findmnt', 'findmnt: write error: No space left on device', 1],
    ['ls /', 'ls: write error: No space left on device', 2],
    ['ip address', '', 0],
    ['pwd', 'bash: line 1: pwd: write error: No space left on device', 1],
    ['command -v ls', '', 0],
    ["sh -c 'echo x'", 'sh: 1: echo: echo: I/O error', 1],
  ])('%s', async (command, said, status) => {
    expect(await machine.run(`{ ${command}; } 2>&1 > /dev/full; echo $?`)).toBe(
      `${said === '' ? '' : `${said}\n`}${status}\n`,
    );
  });
});

test('standard error that cannot be written is no reason to die', async () => {
  expect(await machine.run('grep x /none 2> /dev/full; echo $?; stat /none 2>&-; echo $?')).toBe('2\n1\n');
});

test.each(['rev', 'column', 'hexdump', 'python3'])('%s, whose input is a directory, says so', async (command) => {
  expect(await machine.run(`${command} 2>&1 < /; echo $?`)).toMatch(/Is a directory\n1$/m);
});

test.each([
  ['set -- {1..150000}; echo $#', '150000'],
  [`a=({1..150000}); echo \${#a[@]}; unset "a[149999]"; echo \${#a[@]}`, '150000\n149999'],
  ['seq 150000 | column | tail -1 | wc -l', '1'],
  ["python3 -c 'print(len([*range(150000)]))'", '150000'],
])('more items than fit on a stack: %s', async (line, shown) => {
  expect(await machine.run(line)).toBe(`${shown}\n`);
});

describe.each(['__proto__', 'constructor', 'toString'])('%s is a name like any other', (name) => {
  test.each([
    [`echo a | tr '[:${name}:]' x`, `tr: invalid character class ‘${name}’`],
    [`date -d ${name}`, `date: invalid date ‘${name}’`],
    [`python3 -c "print(''.${name})" 2>&1 | tail -1`, `AttributeError: 'str' object has no attribute '${name}'`],
    [`iptables -t ${name} -L 2>&1 | head -1`, `iptables v1.8.9 (nf_tables): table '${name}' does not exist`],
    [
      `QUOTING_STYLE=${name} ls -d / > /dev/null`,
      `ls: ignoring invalid value of environment variable QUOTING_STYLE: ‘${name}’`,
    ],
    [`env ${name}=1 printenv ${name}`, '1'],
    [`declare -A m; m[${name}]=2; echo "\${m[${name}]} \${!m[*]}"`, `2 ${name}`],
    [`awk 'BEGIN { a["${name}"]; for (k in a) print k }'`, name],
    [`jq -nc '{"${name}": 1} | keys'`, `["${name}"]`],
    [`kill -s ${name} 1 2>&1 | sed 's/.*kill: //'`, `${name}: invalid signal specification`],
  ])('%s', async (command, said) => {
    expect(await machine.run(`{ ${command}; } 2>&1`)).toBe(`${said}\n`);
  });
});
