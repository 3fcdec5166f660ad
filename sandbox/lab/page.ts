import type { ServerMessage } from '../protocol';

/** A page that looks at a lab, as the parts of the lab know it. */
export interface Page {
  send(message: ServerMessage): void;
}
