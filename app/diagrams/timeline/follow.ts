/** Feeds a timeline from a lab client: snapshots, patches, commands, and the journal of the time before. */
import type { LabClient } from '../../../sandbox/client';
import { StateTimeline, type TimelineEntry } from './timeline';

type Followed = Pick<LabClient, 'getView' | 'subscribe' | 'onMessage' | 'readJournal'>;

/**
 * Starts to follow `client`; call it before `client.start()`, or at any time after. `stop` ends it. The journal is
 * read once for each lab that was joined in the middle; when that fails, history simply begins with the page.
 */
export function followLab(client: Followed): { timeline: StateTimeline; stop(): void } {
  const timeline = new StateTimeline();
  let lab: string | null = null;
  let stopped = false;

  const readPast = async (of: string) => {
    const entries: TimelineEntry[] = [];
    for (let from = 0, end = 1; from < end; ) {
      const part = await client.readJournal(from);
      const last = part.entries.at(-1);
      if (!last) break;
      for (const { at, event } of part.entries) {
        if (event.kind === 'state') entries.push({ at, event });
        if (event.kind === 'command') entries.push({ at, event });
      }
      from = last.seq + 1;
      end = part.end;
    }
    if (!stopped && lab === of) timeline.load(entries);
  };

  const stopMessages = client.onMessage((message) => {
    if (message.type === 'ready' && message.lab !== lab) {
      lab = message.lab;
      timeline.reset();
      if (message.resumed) readPast(lab).catch(() => undefined);
    }
    if (message.type === 'sim.rewound') timeline.cut(message.at);
    if (message.type === 'state.snapshot') timeline.observe(message.at, message.state);
    if (message.type === 'state.patch') timeline.patch(message.at, message.patch);
  });
  let command = client.getView().command;
  const stopViews = client.subscribe(() => {
    const next = client.getView().command;
    if (next && next.startedAt !== command?.startedAt) {
      timeline.command({ at: next.startedAt, terminal: next.terminal, line: next.line });
    }
    command = next;
  });
  const view = client.getView();
  if (view.lab !== null && view.status.phase === 'ready') {
    lab = view.lab;
    timeline.observe(view.stateAt, view.state);
    readPast(lab).catch(() => undefined);
  }

  return {
    timeline,
    stop() {
      stopped = true;
      stopMessages();
      stopViews();
    },
  };
}
