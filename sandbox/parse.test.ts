import { describe, expect, test } from 'vitest';
import { parseClientMessage } from './parse';

const learner = 'learner-1';
const size = { cols: 80, rows: 24 };
const input = { type: 'terminal.input', terminal: 't1', client: 'c', offset: 0 };

const good: unknown[] = [
  { type: 'hello', version: 1, lesson: '1.1', learner },
  { type: 'hello', version: 1, lesson: '1.1', learner, lab: 'abc' },
  { type: 'terminal.open', terminal: 't1', machine: 'lab', user: 'root', ...size },
  { type: 'terminal.attach', terminal: 't1', from: 0, ...size },
  { ...input, data: new Uint8Array(64 * 1024) },
  { ...input, data: Buffer.from('ls') },
  { type: 'terminal.ack', terminal: 't1', offset: 7 },
  { type: 'terminal.resize', terminal: 't1', ...size },
  { type: 'terminal.close', terminal: 't1' },
  { type: 'file', request: 1, file: { op: 'list', machine: 'lab', path: '/' } },
  { type: 'file', request: 1, file: { op: 'write', machine: 'lab', path: '/x', content: new Uint8Array() } },
  { type: 'file', request: 1, file: { op: 'rename', machine: 'lab', path: '/x', to: '/y' } },
  { type: 'task.hint', task: 'a' },
  { type: 'task.solution', task: 'a' },
  { type: 'journal.read', request: 1, from: 0 },
  { type: 'lab.extend' },
  { type: 'lab.reset' },
  { type: 'lab.leave' },
];

const bad: Array<[string, unknown, RegExp?]> = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'hello'],
  ['a number', 7],
  ['a list', [{ type: 'lab.leave' }]],
  ['bytes', new Uint8Array(3)],
  ['no type', {}, /type/],
  ['an unknown type', { type: 'root.shell' }, /type/],
  ['a type of the other direction', { type: 'ready' }, /type/],
  ['a version that is no number', { type: 'hello', version: '1', lesson: '1.1', learner }, /version/],
  ['a learner with a path', { type: 'hello', version: 1, lesson: '1.1', learner: '../../etc' }, /learner/],
  ['a learner too short', { type: 'hello', version: 1, lesson: '1.1', learner: 'me' }, /learner/],
  ['an endless lesson', { type: 'hello', version: 1, lesson: 'x'.repeat(100), learner }, /lesson/],
  ['an endless lab', { type: 'hello', version: 1, lesson: '1.1', learner, lab: 'x'.repeat(65) }, /lab/],
  ['a terminal with a slash', { type: 'terminal.close', terminal: 'pts/0' }, /terminal/],
  ['a terminal without a name', { type: 'terminal.close', terminal: '' }, /terminal/],
  ['an unknown user', { type: 'terminal.open', terminal: 't', machine: 'lab', user: 'admin', ...size }, /user/],
  ['a size of nothing', { type: 'terminal.resize', terminal: 't', cols: 0, rows: 0 }, /cols/],
  ['a size beyond all screens', { type: 'terminal.resize', terminal: 't', cols: 1e6, rows: 24 }, /cols/],
  ['a broken size', { type: 'terminal.resize', terminal: 't', cols: 80.5, rows: 24 }, /cols/],
  ['an attach before the beginning', { type: 'terminal.attach', terminal: 't', from: -1, ...size }, /from/],
  ['an ack of no number', { type: 'terminal.ack', terminal: 't', offset: Number.NaN }, /offset/],
  ['an ack beyond whole numbers', { type: 'terminal.ack', terminal: 't', offset: 2 ** 60 }, /offset/],
  ['input as text', { ...input, data: 'ls' }, /data/],
  ['input as a list', { ...input, data: [108, 115] }, /data/],
  ['input too long', { ...input, data: new Uint8Array(64 * 1024 + 1) }, /65536/],
  ['input without a client', { ...input, client: undefined, data: new Uint8Array() }, /client/],
  ['a path that is relative', { type: 'file', request: 1, file: { op: 'read', machine: 'lab', path: 'etc' } }, /path/],
  [
    'a path without end',
    { type: 'file', request: 1, file: { op: 'read', machine: 'lab', path: `/${'x'.repeat(5000)}` } },
    /path/,
  ],
  [
    'a path with a NUL',
    { type: 'file', request: 1, file: { op: 'read', machine: 'lab', path: '/etc/passwd\0.txt' } },
    /NUL/,
  ],
  ['an unknown operation', { type: 'file', request: 1, file: { op: 'chmod', machine: 'lab', path: '/' } }, /op/],
  [
    'content that is text',
    { type: 'file', request: 1, file: { op: 'write', machine: 'lab', path: '/x', content: 'x' } },
    /content/,
  ],
  ['a request that is no number', { type: 'journal.read', request: 'a', from: 0 }, /request/],
];

describe('parseClientMessage', () => {
  test.each(good.map((message) => [JSON.stringify(message).slice(0, 60), message]))('takes %s', (_, message) => {
    expect(parseClientMessage(message)).toMatchObject({ ok: true });
  });

  test.each(bad)('refuses %s', (_, message, names = /not a message/) => {
    const parsed = parseClientMessage(message);
    expect(parsed).toMatchObject({ ok: false, error: { type: 'error', code: 'bad-message' } });
    if (!parsed.ok) expect(parsed.error.message).toMatch(names);
  });

  test('says which request or terminal it was about', () => {
    expect(parseClientMessage({ type: 'file', request: 4, file: {} })).toMatchObject({ error: { request: 4 } });
    expect(parseClientMessage({ type: 'terminal.ack', terminal: 't1' })).toMatchObject({ error: { terminal: 't1' } });
    expect(parseClientMessage({ type: 'file', request: {}, terminal: 'x'.repeat(900) })).not.toHaveProperty(
      'error.terminal',
    );
  });

  test('leaves out what the protocol does not know', () => {
    expect(parseClientMessage({ type: 'lab.leave', admin: true })).toEqual({
      ok: true,
      message: { type: 'lab.leave' },
    });
  });
});
