/**
 * The one client both servers are driven by: an xterm.js screen that notes when a key went down and when what came
 * back for it was parsed. Only the way to the shell differs.
 */
import { Terminal } from '@xterm/xterm';
import { dialGateway } from '../../app/gateway/dial';
import { createLabClient } from '../../sandbox/client';

declare global {
  interface Window {
    /** Milliseconds from key down to echo, in the order typed. */
    samples: number[];
    /** What is on the screen, to see that a prompt is there. */
    screenText(): string;
    connect(kind: 'underlay' | 'peer'): void;
  }
}

const terminal = new Terminal({ cols: 80, rows: 24 });
let keyDownAt: number | null = null;

window.samples = [];
window.screenText = () => {
  const buffer = terminal.buffer.active;
  return Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? '').join('\n');
};
window.connect = (kind) => {
  const root = document.createElement('div');
  document.body.append(root);
  terminal.open(root);
  if (kind === 'underlay') connectUnderlay();
  else connectPeer();
  terminal.focus();
};

document.addEventListener('keydown', () => (keyDownAt = performance.now()), { capture: true });
terminal.onWriteParsed(() => {
  if (keyDownAt === null) return;
  window.samples.push(performance.now() - keyDownAt);
  keyDownAt = null;
});

function connectUnderlay(): void {
  const client = createLabClient({ dial: dialGateway(), lesson: '1.1', learner: 'bench-echo-learner' });
  let attached = false;
  client.subscribe(() => {
    const first = client.getView().terminals[0];
    if (attached || !first) return;
    attached = true;
    const stream = client.terminal(first.terminal);
    stream.attach(
      { output: (data, drawn) => terminal.write(data, drawn), skipped: () => terminal.reset() },
      { cols: 80, rows: 24 },
    );
    terminal.onData((data) => stream.write(data));
  });
  client.start();
}

function connectPeer(): void {
  const socket = new WebSocket(`ws://${location.host}/`);
  socket.onmessage = (event: MessageEvent<string>) => terminal.write(event.data);
  terminal.onData((data) => socket.send(data));
}
