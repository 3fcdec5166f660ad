import type { ClientMessage, LabChannel, PageChannel, ServerMessage } from '../protocol';

/** Two ends of one conversation in this process. Messages arrive later, in order, and not at all once it is cut. */
export interface ChannelPair {
  page: PageChannel;
  lab: LabChannel;
  /** Both ends learn that the connection is gone; what was on its way is lost. */
  cut(): void;
  /** Messages on their way to the page. */
  held: ServerMessage[];
  /** While true, messages to the page wait in `held`. */
  hold: boolean;
  backlog: number;
}

export function createChannelPair(): ChannelPair {
  const toPage: Array<(message: ServerMessage) => void> = [];
  const toLab: Array<(message: ClientMessage) => void> = [];
  const onClose: Array<() => void> = [];
  let isOpen = true;
  const cut = () => {
    if (!isOpen) return;
    isOpen = false;
    for (const listener of onClose) listener();
  };
  const deliver = <T>(listeners: Array<(message: T) => void>, message: T) => {
    queueMicrotask(() => {
      if (isOpen) for (const listener of listeners) listener(message);
    });
  };
  const pair: ChannelPair = {
    held: [],
    hold: false,
    backlog: 0,
    cut,
    page: {
      send: (message) => deliver(toLab, message),
      onMessage: (listener) => void toPage.push(listener),
      onClose: (listener) => void onClose.push(listener),
      close: cut,
    },
    lab: {
      send(message) {
        if (pair.hold) pair.held.push(message);
        else deliver(toPage, message);
      },
      onMessage: (listener) => void toLab.push(listener),
      onClose: (listener) => void onClose.push(listener),
      close: cut,
      backlogBytes: () => pair.backlog,
    },
  };
  return pair;
}
