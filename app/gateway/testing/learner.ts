import { createLabClient, type LabClient } from '../../../sandbox/client';
import { dialGatewayFromNode } from '../dial-node';
import { practiceLesson } from './lesson';

const size = { cols: 80, rows: 24 };

export async function until(condition: () => boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still not true after ${seconds} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Somebody at a page: types, and reads what the terminal says. */
export interface Learner {
  client: LabClient;
  /** Everything the first terminal has printed and this page has drawn. */
  readonly screen: string;
  /** Bytes the terminal dropped before this page saw them. */
  readonly skipped: number;
  /** While false, nothing is drawn: the page hangs. */
  draws: boolean;
  /** Types a command line and resolves with what it printed, up to the next prompt. */
  run(line: string): Promise<string>;
  /** Types and does not wait. */
  type(text: string): void;
  sees(text: string): Promise<void>;
}

/** `forgets`: keeps the end of the screen only, for whoever is sent a lot. */
export async function openLearner(url: string, options: { lab?: string; forgets?: boolean } = {}): Promise<Learner> {
  const client = createLabClient({
    dial: dialGatewayFromNode(url),
    lesson: practiceLesson.number,
    learner: 'learner-1',
    ...(options.lab === undefined ? {} : { lab: options.lab }),
  });
  let screen = '';
  let skipped = 0;
  const held: Array<() => void> = [];
  let draws = true;
  const drawHeld = () => {
    for (const done of held.splice(0)) done();
  };
  const learner: Learner = {
    client,
    get draws() {
      return draws;
    },
    set draws(value) {
      draws = value;
      if (draws) drawHeld();
    },
    get screen() {
      return screen;
    },
    get skipped() {
      return skipped;
    },
    type: (text) => client.terminal('t1').write(text),
    sees: (text) => until(() => screen.includes(text)),
    async run(line) {
      const from = screen.length;
      client.terminal('t1').write(`${line}\r`);
      const ended = /\x1b\]133;C\x07([\s\S]*?)\x1b\]133;D;\d+\x07[\s\S]*\x1b\]133;B\x07/;
      // The whole is looked at only when the end looks like a prompt: the output may be long.
      await until(
        () => screen.length > from && screen.slice(-64).includes('\x1b]133;B\x07') && ended.test(screen.slice(from)),
      );
      return (ended.exec(screen.slice(from))?.[1] ?? '').replaceAll('\r\n', '\n').trim();
    },
  };
  client.start();
  await until(() => client.getView().status.phase === 'ready' || client.getView().status.phase === 'failed');
  const { status } = client.getView();
  if (status.phase === 'failed') throw new Error(status.reason);
  client.terminal('t1').attach(
    {
      output(data, drawn) {
        screen += Buffer.from(data).toString('latin1');
        if (options.forgets && screen.length > 64 * 1024) screen = screen.slice(-1024);
        if (draws) drawn();
        else held.push(drawn);
      },
      skipped: (bytes) => {
        skipped += bytes;
      },
    },
    size,
  );
  await until(() => screen.includes('\x1b]133;B\x07'));
  return learner;
}
