import { describe, expect, it } from 'vitest';
import type { LabState } from '../../../engine/state';
import { emptyState } from '../../../engine/state';
import type { CommandView, LabClient, LabView } from '../../../sandbox/client';
import { add, ipcStory, oneMachine } from '../test-support';
import { followLab } from './follow';

type Message = Parameters<Parameters<LabClient['onMessage']>[0]>[0];
type Journal = Awaited<ReturnType<LabClient['readJournal']>>;

/** A client that says what the test makes it say. */
function fakeClient(journal: Journal = { entries: [], end: 0 }) {
  const listeners = new Set<() => void>();
  const messages = new Set<(message: Message) => void>();
  let view: LabView = {
    status: { phase: 'connecting' },
    lab: null,
    lesson: '1.1',
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
  return {
    getView: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMessage: (listener: (message: Message) => void) => {
      messages.add(listener);
      return () => messages.delete(listener);
    },
    readJournal: async (from: number) => ({ ...journal, entries: journal.entries.filter(({ seq }) => seq >= from) }),
    say: (message: Message) => {
      for (const listener of messages) listener(message);
    },
    ready: (lab: string, resumed: boolean) => ({
      type: 'ready' as const,
      version: 1,
      lab,
      lesson: '1.1',
      resumed,
      machines: [],
      vars: {},
      tasks: [],
      terminals: [],
      times: { idleMs: null, totalMs: null, extensionsLeft: 0 },
      elapsedMs: 0,
      speed: null,
    }),
    run: (command: CommandView) => {
      view = { ...view, command };
      for (const listener of listeners) listener();
    },
    get watched() {
      return listeners.size + messages.size;
    },
  };
}

const command = (line: string, startedAt: number): CommandView => ({
  terminal: 'one',
  line,
  startedAt,
  endedAt: null,
  exitCode: null,
});
const snapshot = (at: number, state: LabState): Message => ({ type: 'state.snapshot', at, seq: 1, state });

describe('followLab', () => {
  it('gathers the snapshot, the patches and the commands of a lab', () => {
    const client = fakeClient();
    const { timeline, stop } = followLab(client);
    client.say(client.ready('a', false));
    client.say(snapshot(1, oneMachine()));
    client.run(command('ipcmk -M 4096', 5));
    client.run({ ...command('ipcmk -M 4096', 5), endedAt: 6, exitCode: 0 });
    const made = ipcStory.steps[0]?.state.ipc ?? {};
    client.say({ type: 'state.patch', at: 7, seq: 2, patch: { ipc: made } });
    expect(timeline.events.map(({ kind }) => kind)).toEqual(['command', 'state']);
    expect(timeline.changesAt()).toMatchObject({ command: { line: 'ipcmk -M 4096' }, patch: { ipc: made } });
    stop();
    expect(client.watched).toBe(0);
  });

  it('reads the journal of a lab that was joined in the middle', async () => {
    const start = oneMachine();
    const client = fakeClient({
      entries: [
        { seq: 0, at: 0, event: { kind: 'state', patch: start } },
        { seq: 1, at: 3, event: { kind: 'input', terminal: 'one', text: 'x', truncated: false } },
        { seq: 2, at: 4, event: { kind: 'command', terminal: 'one', line: 'earlier' } },
      ],
      end: 3,
    });
    const { timeline } = followLab(client);
    client.say(client.ready('a', true));
    client.say(snapshot(50, start));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(timeline.events.map(({ kind }) => kind)).toEqual(['state', 'command']);
    expect(timeline.head).toEqual(start);
  });

  it('begins anew with a new lab, and goes on with the same one', () => {
    const client = fakeClient();
    const { timeline } = followLab(client);
    client.say(client.ready('a', false));
    client.say(snapshot(1, oneMachine()));
    client.run(command('one', 5));
    client.say(client.ready('a', true));
    client.say(snapshot(9, add(oneMachine(), { ipc: Object.values(ipcStory.steps[0]?.state.ipc ?? {}) })));
    expect(timeline.events.map(({ kind }) => kind)).toEqual(['command', 'state']);
    client.say(client.ready('b', false));
    client.say(snapshot(1, oneMachine()));
    expect(timeline.events).toEqual([]);
  });
});
