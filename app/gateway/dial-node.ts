/** Joins a lab from Node: for tests and measurements. */
import { WebSocket } from 'ws';
import type { Dial } from '../../sandbox/client';
import { dialGateway } from './dial';

/** `headers` stand for what a browser would add by itself, such as `Origin`. */
export function dialGatewayFromNode(url: string, headers?: Record<string, string>): Dial {
  return dialGateway(
    () => url,
    (address) => new WebSocket(address, { headers, perMessageDeflate: false }),
  );
}
