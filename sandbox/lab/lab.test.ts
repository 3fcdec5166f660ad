import { afterEach, describe, expect, test } from 'vitest';
import { emptyState, type LabState } from '../../engine/state';
import type { ClientMessage, JournalEntry, ServerMessage } from '../protocol';
import { createTestLabs, hello, type TestPage, until } from '../testing/labs';

const size = { cols: 80, rows: 24 };
const bytes = (text: string) => new TextEncoder().encode(text);
const attach = (from = 0): ClientMessage => ({ type: 'terminal.attach', terminal: 't1', from, ...size });
const type = (text: string, offset = 0, client = 'page'): ClientMessage => ({
  type: 'terminal.input',
  terminal: 't1',
  client,
  offset,
  data: Buffer.from(text),
});

const withSocket = (state: 'listen' | 'established'): Partial<LabState> => ({
  machines: {
    lab: {
      id: 'lab',
      initPid: 1,
      namespaces: {
        mnt: 'mnt:1',
        uts: 'uts:1',
        ipc: 'ipc:1',
        pid: 'pid:1',
        net: 'net:1',
        user: 'user:1',
        cgroup: 'cgroup:1',
        time: 'time:1',
      },
    },
  },
  sockets: {
    s: { ns: 'net:1', protocol: 'tcp', family: 'ipv4', local: '0.0.0.0:80', remote: null, state, inode: 1 },
  },
});
const withVeth: Partial<LabState> = {
  devices: {
    d: {
      ns: 'net:1',
      index: 2,
      name: 'veth0',
      kind: 'veth',
      mac: null,
      mtu: 1500,
      up: true,
      operState: 'up',
      master: null,
      link: null,
    },
  },
};

describe('a lab', () => {
  const labs = createTestLabs();
  afterEach(() => labs.end());

  test('boots what the lesson says and tells the page', async () => {
    const page = await labs.open();
    const ready = page.last('ready');
    expect(ready).toMatchObject({
      lesson: '9.9',
      resumed: false,
      machines: [
        { id: 'lab', hostname: 'lab' },
        { id: 'internet', hostname: 'internet' },
      ],
      terminals: [{ terminal: 't1', machine: 'lab', user: 'root', start: 0, end: 0 }],
    });
    const name = ready.vars.name ?? '';
    expect(['alpha', 'beta']).toContain(name);
    expect(labs.host.labs[0]?.spec.machines[0]?.setup).toBe(`touch /${name}`);
    expect(labs.host.labs[0]?.spec.limits).toMatchObject({ pids: 512, cpus: 1 });
    expect(ready.tasks.map(({ id, status, title }) => [id, status, title])).toEqual([
      ['file', 'open', `Write ${name} into /answer`],
      ['device', 'locked', 'Make a device'],
      ['once', 'open', 'Have a port open once'],
    ]);
    expect(page.last('state.snapshot').state).toEqual(emptyState());
  });

  test('carries keys to the terminal and its output back', async () => {
    const page = await labs.open();
    page.send(attach());
    page.send(type('ls\r'));
    await page.next('terminal.inputAck');
    expect(labs.host.terminal().typedText).toBe('ls\r');
    labs.host.terminal().print('bin etc\r\n');
    expect(await page.next('terminal.output')).toMatchObject({ offset: 0, skipped: 0, data: bytes('bin etc\r\n') });
  });

  test('a task turns green when its file is right, unlocks the next, and falls back', async () => {
    const page = await labs.open();
    const name = page.last('ready').vars.name ?? '';
    await labs.host.files().write('/answer', Buffer.from(name));
    expect((await page.next('task.status')).tasks).toEqual([
      { id: 'file', status: 'done' },
      { id: 'device', status: 'open' },
    ]);
    labs.kernel().change(withVeth);
    expect((await page.next('task.status')).tasks).toEqual([{ id: 'device', status: 'done' }]);
    await labs.host.files().remove('/answer');
    expect((await page.next('task.status')).tasks).toEqual([{ id: 'file', status: 'open' }]);
    labs.kernel().change({ devices: {} });
    expect((await page.next('task.status')).tasks).toEqual([{ id: 'device', status: 'locked' }]);
    expect(labs.changes.map(({ task, status, points }) => [task, status, points])).toEqual([
      ['file', 'done', 1],
      ['device', 'open', 2],
      ['device', 'done', 2],
      ['file', 'open', 1],
      ['device', 'locked', 2],
    ]);
  });

  test('an edge task stays done, and listening ports are told', async () => {
    const page = await labs.open();
    labs.kernel().change(withSocket('listen'));
    expect((await page.next('task.status')).tasks).toEqual([{ id: 'once', status: 'done' }]);
    await until(() => page.last('ports').ports.length === 1);
    expect(page.last('ports').ports).toEqual([{ machine: 'lab', protocol: 'tcp', address: '0.0.0.0', port: 80 }]);
    labs.kernel().change(withSocket('established'));
    await until(() => page.last('ports').ports.length === 0);
    expect(page.all('task.status')).toHaveLength(1);
  });

  test('two pages see and type into the same terminal', async () => {
    const one = await labs.open();
    const two = await labs.open(one.last('ready').lab);
    expect(two.last('ready')).toMatchObject({ resumed: true, lab: one.last('ready').lab });
    one.send(attach());
    two.send(attach());
    one.send(type('a', 0, 'one'));
    two.send(type('b', 0, 'two'));
    await Promise.all([one.next('terminal.inputAck'), two.next('terminal.inputAck')]);
    expect(labs.host.terminal().typedText).toBe('ab');
    expect(one.all('terminal.inputAck').map(({ client }) => client)).toEqual(['one']);
    labs.host.terminal().print('ab');
    expect((await one.next('terminal.output')).data).toEqual(bytes('ab'));
    expect((await two.next('terminal.output')).data).toEqual(bytes('ab'));
    one.cut();
    labs.host.terminal().print('c');
    expect((await two.next('terminal.output')).offset).toBe(2);
  });

  test('state changes reach the page as patches, and one that is slow gets them together', async () => {
    const page = await labs.open();
    labs.kernel().change(withSocket('listen'));
    expect(await page.next('state.patch')).toMatchObject({ seq: 1 });
    page.pair.backlog = 64 * 1024 * 1024;
    labs.kernel().change(withVeth);
    labs.kernel().change({ sockets: {} });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(page.all('state.patch')).toHaveLength(1);
    page.pair.backlog = 0;
    const patch = await page.next('state.patch');
    expect(patch.seq).toBe(3);
    expect(Object.keys(patch.patch)).toEqual(['devices', 'sockets']);
    labs.kernel().change({ devices: {} });
    expect((await page.next('state.patch')).seq).toBe(4);
  });

  test('hints depend on the state, solutions are spelled out', async () => {
    const page = await labs.open();
    const name = page.last('ready').vars.name ?? '';
    page.send({ type: 'task.hint', task: 'file' });
    expect(await page.next('task.hint')).toMatchObject({
      hint: 'missing',
      text: `There is no /answer that says ${name}.`,
    });
    await labs.host.files().write('/answer', Buffer.from('nonsense'));
    page.send({ type: 'task.hint', task: 'file' });
    expect(await page.next('task.hint')).toMatchObject({ hint: 'wrong' });
    page.send({ type: 'task.solution', task: 'file' });
    expect((await page.next('task.solution')).ways).toEqual([
      { title: 'echo', commands: [`echo -n ${name} > /answer`, '# in terminal t2 as learner:', '# press Ctrl-c'] },
    ]);
    page.send({ type: 'task.hint', task: 'nothing' });
    expect(await page.next('error')).toMatchObject({ code: 'unknown-task' });
  });

  test("files are read, written and refused with the kernel's words", async () => {
    const page = await labs.open();
    const file = (file: Extract<ClientMessage, { type: 'file' }>['file'], request: number) =>
      page.send({ type: 'file', request, file });
    file({ op: 'write', machine: 'lab', path: '/a', content: Buffer.from('x') }, 1);
    expect(await page.next('file')).toEqual({ type: 'file', request: 1, result: { op: 'done' } });
    file({ op: 'list', machine: 'lab', path: '/' }, 2);
    expect(await page.next('file')).toMatchObject({
      result: { entries: [{ name: 'a', kind: 'file', size: 1, mode: 0o644 }] },
    });
    file({ op: 'read', machine: 'lab', path: '/b' }, 3);
    expect(await page.next('error')).toMatchObject({
      code: 'file',
      request: 3,
      message: expect.stringContaining('ENOENT'),
    });
    file({ op: 'read', machine: 'mars', path: '/b' }, 4);
    expect(await page.next('error')).toMatchObject({ code: 'unknown-machine', request: 4 });
  });

  test('the journal tells what happened, in order', async () => {
    const page = await labs.open();
    page.send(attach());
    page.send(type('touch /x\r'));
    await page.next('terminal.inputAck');
    labs.host.terminal().print('\x1b]133;A\x07# \x1b]133;B\x07touch /x\r\n\x1b]133;C\x07');
    expect(await page.next('command.started')).toMatchObject({ terminal: 't1', line: 'touch /x' });
    labs.kernel().change(withVeth);
    labs.host.terminal().print('\x1b]133;D;0\x07');
    expect(await page.next('command.ended')).toMatchObject({ terminal: 't1', exitCode: 0 });
    page.send({ type: 'journal.read', request: 9, from: 0 });
    const { entries, end } = await page.next('journal');
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: end }, (_, i) => i));
    expect(entries.map(({ event }: JournalEntry) => event.kind)).toEqual([
      'lab',
      'input',
      'command',
      'state',
      'command.end',
    ]);
  });

  test('more terminals can be opened, to a limit; one whose shell ended is closed once all is seen', async () => {
    const page = await labs.open();
    page.send({ type: 'terminal.open', terminal: 't2', machine: 'internet', user: 'learner', ...size });
    expect(await page.next('terminal.opened')).toMatchObject({ terminal: 't2', machine: 'internet', user: 'learner' });
    page.send({ type: 'terminal.attach', terminal: 't2', from: 0, ...size });
    await page.settle();
    const shell = labs.host.terminal('internet');
    shell.print('logout\r\n');
    shell.exit(3);
    expect(await page.next('terminal.output')).toMatchObject({ terminal: 't2' });
    expect(await page.next('terminal.closed')).toEqual({
      type: 'terminal.closed',
      terminal: 't2',
      exitCode: 3,
      signal: null,
    });
    page.send({ type: 'terminal.close', terminal: 't2' });
    expect(await page.next('error')).toMatchObject({ code: 'unknown-terminal', terminal: 't2' });
    for (let i = 0; i < 16; i++)
      page.send({ type: 'terminal.open', terminal: `x${i}`, machine: 'lab', user: 'root', ...size });
    expect(await page.next('error')).toMatchObject({ code: 'limit', terminal: 'x15' });
  });

  test('a reset gives new Machines under the old names', async () => {
    const page = await labs.open();
    const name = page.last('ready').vars.name ?? '';
    page.send(attach());
    await labs.host.files().write('/answer', Buffer.from(name));
    await page.next('task.status');
    labs.host.terminal().print('old');
    await page.next('terminal.output');
    page.send(type('lost?'));
    page.send({ type: 'lab.reset' });
    const ready = await page.next('ready', 2);
    expect(labs.host.labs.map(({ disposed }) => disposed)).toEqual([true, false]);
    expect(ready).toMatchObject({
      lab: page.last('ready').lab,
      resumed: true,
      terminals: [{ terminal: 't1', end: 5 }],
    });
    expect(ready.tasks.map(({ status }) => status)).toEqual(['open', 'locked', 'open']);
    labs.host.terminal().print('new');
    await until(
      () =>
        page
          .all('terminal.output')
          .map(({ data }) => Buffer.from(data).toString())
          .join('') === 'old\x1bcnew',
    );
    expect(page.all('terminal.closed')).toEqual([]);
    page.send(type('hi', 5));
    await until(() => labs.host.terminal().typedText === 'hi');
  });

  test('a lab that is left while it is being reset leaves no Machine', async () => {
    const page = await labs.open();
    page.send({ type: 'lab.reset' });
    page.send({ type: 'lab.reset' });
    page.send({ type: 'file', request: 1, file: { op: 'list', machine: 'lab', path: '/' } });
    page.send({ type: 'lab.leave' });
    await page.next('lab.ended');
    expect(page.all('error').map(({ code }) => code)).toEqual(['busy', 'busy']);
    await page.settle();
    expect(labs.host.labs.every(({ disposed }) => disposed)).toBe(true);
    expect(labs.driver.count).toBe(0);
  });

  test('when the Machines cannot be had again, the lab ends and says why', async () => {
    const page = await labs.open();
    labs.host.failure = new Error('no space');
    page.send({ type: 'lab.reset' });
    expect((await page.next('lab.ended')).reason).toMatch(/no space/);
    expect(labs.driver.count).toBe(0);
  });

  test('a Machine whose init ends takes the lab with it', async () => {
    const page = await labs.open();
    labs.kernel().stop('internet');
    expect((await page.next('lab.ended')).reason).toMatch(/"internet" has stopped/);
    expect(labs.kernel().disposed).toBe(true);
  });

  test('time limits warn, extend and end', async () => {
    const page = await labs.open();
    labs.clock.advance(56 * 60_000);
    expect(await page.next('lab.times')).toMatchObject({ warning: expect.stringContaining('5 minutes') });
    page.send({ type: 'lab.extend' });
    await until(() => page.last('lab.times').times.extensionsLeft === 2);
    expect(page.last('lab.times').warning).toBeNull();
    labs.clock.advance(61 * 60_000);
    await page.next('lab.ended');
    expect(labs.kernel().disposed).toBe(true);
  });

  test('a lab without a page waits, and then goes', async () => {
    const page = await labs.open();
    page.cut();
    await page.settle();
    labs.clock.advance(9 * 60_000);
    const again = await labs.open(page.last('ready').lab);
    again.cut();
    await again.settle();
    labs.clock.advance(11 * 60_000);
    await until(() => labs.kernel().disposed);
    const late = labs.connect();
    late.send(hello({ lab: page.last('ready').lab }));
    expect(await late.next('error')).toMatchObject({ code: 'unknown-lab' });
  });

  test('leaving ends the lab, and the same page may start another', async () => {
    const page = await labs.open();
    page.send({ type: 'lab.leave' });
    await page.next('lab.ended');
    page.send(hello());
    expect((await page.next('ready', 2)).lab).not.toBe(page.last('ready', 0).lab);
  });
});

describe('refusals', () => {
  const labs = createTestLabs({ maxLabs: 1 });
  afterEach(() => labs.end());

  const refused = async (message: ClientMessage, code: string, page: TestPage = labs.connect()) => {
    page.send(message);
    expect(await page.next('error')).toMatchObject({ code });
  };

  test('before hello, and for a lesson, a version or a lab nobody knows', async () => {
    await refused({ type: 'lab.leave' }, 'bad-message');
    await refused(hello({ lesson: '../etc' }), 'unknown-lesson');
    await refused(hello({ version: 2 }), 'bad-version');
    await refused(hello({ lab: 'abc' }), 'unknown-lab');
  });

  test('when labs cannot be started here, with the reason', async () => {
    labs.host.unavailable = 'This is not Linux.';
    const page = labs.connect();
    page.send(hello());
    expect(await page.next('error')).toMatchObject({ code: 'unavailable', message: 'This is not Linux.' });
    labs.host.unavailable = null;
  });

  test('when the Machines do not boot; the next try may', async () => {
    labs.host.failure = new Error('setup failed: touch: not found');
    const page = labs.connect();
    page.send(hello());
    expect(await page.next('error')).toMatchObject({
      code: 'boot-failed',
      message: expect.stringContaining('touch: not found'),
    });
    labs.host.failure = null;
    page.send(hello());
    await page.next('ready');
  });

  test('when the server is full', async () => {
    await labs.open();
    await refused(hello(), 'busy');
  });

  test('too many requests at once: the first ones are answered', async () => {
    const page = await labs.open();
    for (let request = 0; request < 40; request++) {
      page.send({ type: 'file', request, file: { op: 'list', machine: 'lab', path: '/' } });
    }
    await until(() => page.all('file').length + page.all('error').length === 40);
    expect(page.all('file')).toHaveLength(32);
    expect(page.all('error').every(({ code, request }) => code === 'limit' && request !== undefined)).toBe(true);
    page.send({ type: 'file', request: 40, file: { op: 'list', machine: 'lab', path: '/' } });
    await until(() => page.all('file').length === 33);
  });

  test('a second hello, an unknown terminal, a gap in the input, an unknown Machine', async () => {
    const page = await labs.open();
    await refused(hello(), 'bad-message', page);
    page.send({ type: 'terminal.attach', terminal: 'nope', from: 0, ...size });
    expect(await page.next('error', 2)).toMatchObject({ code: 'unknown-terminal', terminal: 'nope' });
    page.send(type('x', 10));
    expect(await page.next('error', 3)).toMatchObject({ code: 'bad-message', terminal: 't1' });
    page.send({ type: 'terminal.open', terminal: 't9', machine: 'mars', user: 'root', ...size });
    expect(await page.next('error', 4)).toMatchObject({ code: 'unknown-machine', terminal: 't9' });
    const messages: ServerMessage['type'][] = page.messages.map((message) => message.type);
    expect(messages).not.toContain('lab.ended');
  });
});
