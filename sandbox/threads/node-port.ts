import type { MessagePort } from 'node:worker_threads';
import type { Port } from '../browser/port-channel';

/** Node's port as a browser has it. */
export function nodePort(port: MessagePort): Port {
  return {
    postMessage: (value) => port.postMessage(value),
    addEventListener: (_, listener) => void port.on('message', (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  };
}
