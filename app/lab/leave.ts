import type { LabClient } from '../../sandbox/client';

const patienceMs = 5000;

/** Ends the lab, and closes the connection once the lab has said so: a message of a closed connection may be lost. */
export function leaveThenClose(client: LabClient): void {
  const close = () => {
    clearTimeout(timer);
    stop();
    client.dispose();
  };
  const timer = setTimeout(close, patienceMs);
  const stop = client.subscribe(() => {
    if (client.getView().status.phase === 'ended') close();
  });
  client.leave();
}
