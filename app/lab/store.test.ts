import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyState } from '../../engine/state';
import type { LabClient, LabView } from '../../sandbox/client';
import type { LessonFacts } from './facts';
import { createLabStore } from './store';

type Message = Parameters<Parameters<LabClient['onMessage']>[0]>[0];

const facts: LessonFacts = {
  number: '9.9',
  title: 'A lesson',
  minutes: 1,
  machines: [{ id: 'lab', hostname: 'lab' }],
  terminals: [{ terminal: 't1', machine: 'lab', user: 'root' }],
  diagrams: [],
  tasks: [],
  vars: { name: 'anonymous' },
  files: {},
};

const startView: LabView = {
  status: { phase: 'connecting' },
  lab: null,
  lesson: '9.9',
  machines: [],
  vars: {},
  tasks: [],
  terminals: [],
  state: emptyState(),
  seq: 0,
  stateAt: 0,
  ports: [],
  times: null,
  speed: null,
  warning: null,
  hints: {},
  solutions: {},
  command: null,
  problem: null,
};

/** The end of a lab that a test plays: what was typed where, and a way to say what the lab says. */
function playLab() {
  let view = startView;
  const listeners = new Set<() => void>();
  const hearers = new Set<(message: Message) => void>();
  const typed: Array<[terminal: string, keys: string]> = [];
  const client = {
    getView: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMessage: (hearer: (message: Message) => void) => {
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    start: vi.fn(),
    dispose: vi.fn(),
    leave: vi.fn(),
    openTerminal: vi.fn((spec: { id?: string }) => spec.id ?? 't2'),
    terminal: (id: string) => ({ write: (keys: string) => typed.push([id, keys]) }),
  };
  return {
    client,
    typed,
    show(change: Partial<LabView>) {
      view = { ...view, ...change };
      for (const listener of listeners) listener();
    },
    prompt(terminal: string) {
      const data = new Uint8Array();
      for (const hear of hearers) hear({ type: 'terminal.output', terminal, offset: 0, skipped: 0, data });
      vi.advanceTimersByTime(100);
    },
  };
}

const played = vi.hoisted((): { lab: ReturnType<typeof playLab> | null } => ({ lab: null }));
vi.mock('./open', () => ({ openLab: () => ({ client: played.lab?.client, timeline: {}, stop: () => undefined }) }));

const openTerminal = (terminal: string) => ({ terminal, machine: 'lab', user: 'root' as const, start: 0, end: 0 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store that knows what can be had. */
function storeOf(lesson: LessonFacts) {
  const store = createLabStore(lesson);
  store.getState().setModes([{ name: 'real', available: true }]);
  return store;
}

async function startedLab() {
  const lab = playLab();
  played.lab = lab;
  const store = storeOf(facts);
  await store.getState().start();
  return { lab, store };
}

test('a command clicked before there is a lab starts one, and is typed after the prompt with the learner’s own names', async () => {
  const lab = playLab();
  played.lab = lab;
  const store = storeOf(facts);
  store.getState().run('hostname {{name}}');
  await vi.waitFor(() => expect(lab.client.start).toHaveBeenCalledOnce());
  lab.show({ status: { phase: 'ready' }, lab: 'l1', vars: { name: 'wren' }, terminals: [openTerminal('t1')] });
  expect(lab.typed).toEqual([]);
  lab.prompt('t1');
  expect(lab.typed).toEqual([['t1', 'hostname wren\r']]);
  store.getState().run('first\nsecond');
  expect(lab.typed.at(-1)).toEqual(['t1', 'first\rsecond\r']);
});

test('a step for a named terminal opens it, waits for its prompt, and leaves the others alone', async () => {
  const { lab, store } = await startedLab();
  lab.show({ status: { phase: 'ready' }, lab: 'l1', terminals: [openTerminal('t1')] });
  lab.prompt('t1');
  const inside = { name: 'inside', machine: null, user: null };
  store.getState().perform({ kind: 'command', text: 'unshare -u bash', terminal: inside });
  expect(lab.client.openTerminal).toHaveBeenCalledWith(
    expect.objectContaining({ id: 'inside', machine: 'lab', user: 'root' }),
  );
  expect(store.getState().terminal).toBe('inside');
  lab.show({ terminals: [openTerminal('t1'), openTerminal('inside')] });
  lab.prompt('inside');
  expect(lab.typed).toEqual([['inside', 'unshare -u bash\r']]);
  store.getState().perform({ kind: 'key', label: 'Ctrl c', sends: '\u0003', terminal: { ...inside, name: null } });
  expect(lab.typed.at(-1)).toEqual(['t1', '\u0003']);
});

test('a terminal that is closed gives way to one that is open', async () => {
  const { lab, store } = await startedLab();
  expect(store.getState().terminal).toBe('t1');
  lab.show({ lab: 'l1', terminals: [openTerminal('t1'), openTerminal('t2')] });
  store.getState().selectTerminal('t2');
  lab.show({ terminals: [openTerminal('t1')] });
  expect(store.getState().terminal).toBe('t1');
});

test('leaving tells the lab, and closes the connection once it has ended', async () => {
  const { lab, store } = await startedLab();
  lab.show({ lab: 'l1', terminals: [openTerminal('t1')] });
  store.getState().leave();
  expect(lab.client.leave).toHaveBeenCalledOnce();
  expect(store.getState().view).toBeNull();
  expect(lab.client.dispose).not.toHaveBeenCalled();
  lab.show({ status: { phase: 'ended', reason: 'You left the lab.' } });
  expect(lab.client.dispose).toHaveBeenCalledOnce();
});

test('a start that was overtaken by leaving the page opens nothing', async () => {
  const lab = playLab();
  played.lab = lab;
  const store = storeOf(facts);
  const starting = store.getState().start();
  store.getState().disconnect();
  await starting;
  expect(lab.client.start).not.toHaveBeenCalled();
});

test('a start before it is known what can be had waits for that, and takes the learner’s choice', async () => {
  const lab = playLab();
  played.lab = lab;
  const store = createLabStore(facts);
  const starting = store.getState().start();
  await vi.advanceTimersByTimeAsync(100);
  expect(lab.client.start).not.toHaveBeenCalled();
  store.getState().setModes([{ name: 'simulated', available: true }]);
  await starting;
  expect(lab.client.start).toHaveBeenCalledOnce();
});
