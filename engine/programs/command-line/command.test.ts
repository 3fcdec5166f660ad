import { describe, expect, it } from 'vitest';
import { type Call, count, flag, runCommands, value, valueOr, values } from '.';

const force = flag('force', { alias: 'f', usage: 'at any price' });
const env = values('env', { alias: 'e', usage: 'variables' }, String);
const size = value('size', { usage: 'how large' }, count);
const root = valueOr('root', { usage: 'where' }, '/run', String);

async function run(line: string) {
  let printed = '';
  const seen: unknown[] = [];
  const show = (at: string, call: Call) =>
    void seen.push([at, ...call.words, call.of(force), call.of(env).join(), call.of(size)]);
  const print = (text: string) => {
    printed += text;
  };
  const common = { usage: 'does it', arguments: '<id> [more]', flags: [force, env, size] };
  const commands = {
    name: 'tool',
    usage: 'a tool',
    version: '1.0',
    flags: [root],
    commands: [
      { ...common, name: 'do', words: { from: 1, to: 2 }, run: show },
      { ...common, name: 'exec', words: { from: 1, to: 99 }, stopsAtWord: true, run: show },
      { ...common, name: 'fail', words: { from: 0, to: 0 }, run: () => 3 },
    ],
  };
  try {
    const status = await runCommands(commands, line.split(' ').filter(Boolean), print, (call) => call.of(root));
    return { status, seen, printed };
  } catch (error) {
    return { error: error instanceof Error ? error.message : error, printed: printed.split('\n')[0], seen };
  }
}

describe('a command line', () => {
  it('has flags before and behind words, values in either form, and lists', async () => {
    expect((await run('--root /x do -e A=1 one --env=B -f two --size 5')).seen).toEqual([
      ['/x', 'one', 'two', true, 'A=1,B', 5],
    ]);
    expect((await run('do one')).seen).toEqual([['/run', 'one', false, '', undefined]]);
    expect((await run('do -- -f')).seen).toEqual([['/run', '-f', false, '', undefined]]);
    expect((await run('fail')).status).toBe(3);
  });

  it('leaves what follows the first word to another program', async () => {
    expect((await run('exec -f c1 ls -f --size')).seen).toEqual([
      ['/run', 'c1', 'ls', '-f', '--size', true, '', undefined],
    ]);
  });

  it('says what is wrong, after how it is used, and does nothing', async () => {
    const wrong = async (line: string) => {
      const { error, printed, seen } = await run(line);
      expect(seen).toEqual([]);
      return [error, printed];
    };
    expect(await wrong('do')).toEqual(['tool: "do" requires a minimum of 1 argument(s)', 'Incorrect Usage.']);
    expect(await wrong('do a b c')).toEqual(['tool: "do" requires a maximum of 2 argument(s)', 'Incorrect Usage.']);
    expect(await wrong('fail a')).toEqual(['tool: "fail" requires exactly 0 argument(s)', 'Incorrect Usage.']);
    const unknown = 'flag provided but not defined: -bad';
    expect(await wrong('do --bad x')).toEqual([unknown, `Incorrect Usage: ${unknown}`]);
    expect(await wrong('--bad')).toEqual([unknown, `Incorrect Usage: ${unknown}`]);
    expect((await wrong('do one --size'))[0]).toBe('flag needs an argument: -size');
    expect((await wrong('do one --size much'))[0]).toBe('invalid value "much" for flag -size: a number is needed');
    expect((await wrong('undo'))[0]).toBe("No help topic for 'undo'");
  });

  it('explains itself', async () => {
    expect((await run('--version')).printed).toBe('tool version 1.0\n');
    const { printed } = await run('help do');
    expect(printed).toBe(
      'NAME:\n   tool do - does it\n\nUSAGE:\n   tool do [command options] <id> [more]\n\nOPTIONS:\n' +
        '   --force, -f            at any price\n   --env value, -e value  variables\n   --size value           how large\n',
    );
    expect((await run('do --help')).printed).toBe(printed);
    for (const line of ['', '--help', 'help']) expect((await run(line)).printed).toContain('   help, h  Shows a list');
  });
});
