/** Both ends of a conversation in one process: what one sends, the other receives a turn later, as over a wire. */
import type { ClientMessage, LabChannel, PageChannel, ServerMessage } from '../../sandbox';

export function createChannelPair(): { page: PageChannel; lab: LabChannel } {
  const toLab = new Line<ClientMessage>();
  const toPage = new Line<ServerMessage>();
  const close = () => {
    toLab.close();
    toPage.close();
  };
  return {
    page: {
      send: (message) => toLab.send(message),
      onMessage: (listener) => toPage.onMessage(listener),
      onClose: (listener) => toPage.onClose(listener),
      close,
    },
    lab: {
      send: (message) => toPage.send(message),
      onMessage: (listener) => toLab.onMessage(listener),
      onClose: (listener) => toLab.onClose(listener),
      close,
      backlogBytes: () => 0,
    },
  };
}

class Line<Message> {
  #message: ((message: Message) => void) | null = null;
  #closed: (() => void) | null = null;
  #open = true;

  send(message: Message): void {
    setImmediate(() => {
      if (this.#open) this.#message?.(message);
    });
  }

  onMessage(listener: (message: Message) => void): void {
    this.#message = listener;
  }

  onClose(listener: () => void): void {
    this.#closed = listener;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    setImmediate(() => this.#closed?.());
  }
}
