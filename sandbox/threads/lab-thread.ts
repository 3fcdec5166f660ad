/** A thread with labs, from outside: its conversations, and what becomes of their pages when it ends. */
import { MessageChannel } from 'node:worker_threads';
import type { LabOptions } from '../lab';
import type { ClientMessage, LabChannel, ServerMessage } from '../protocol';
import { FromLabThread, type LabThreadData, type ToLabThread } from './messages';
import { nodePort } from './node-port';
import { type Relay, relay } from './relay';
import { Thread } from './thread';

export interface LabThreadOptions {
  module: URL;
  data: LabThreadData;
  megabytes: number;
  patienceMs: number;
  onTaskChange: LabOptions['onTaskChange'];
  onMistake(text: string): void;
  onEnd(reason: string): void;
}

/** `coming`: its page has said hello, and has no answer yet. */
interface Conversation {
  page: LabChannel;
  relay: Relay;
  state: 'coming' | 'joined' | 'over';
}

const farewellMs = 5000;

export class LabThread {
  readonly #thread: Thread;
  readonly #conversations = new Set<Conversation>();
  #labs = 0;
  #disposed: () => void = () => undefined;

  constructor(private readonly options: LabThreadOptions) {
    const { module, data, megabytes, patienceMs } = options;
    this.#thread = new Thread({
      module,
      data,
      megabytes,
      patienceMs,
      onMessage: (message) => this.#heard(FromLabThread.parse(message)),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  get name(): string {
    return this.options.data.name;
  }
  /** Labs, and those that are being started. */
  get count(): number {
    const coming = [...this.#conversations].filter(({ state }) => state === 'coming').length;
    return this.#labs + coming;
  }
  get isFull(): boolean {
    return this.count >= this.options.data.maxLabs;
  }

  /** Hands the thread a page that says `hello`, and all it says later. */
  take(page: LabChannel, hello: ClientMessage): (message: ClientMessage) => void {
    const { port1, port2 } = new MessageChannel();
    const conversation: Conversation = {
      page,
      state: 'coming',
      relay: relay(page, nodePort(port1), {
        onMessage: (message) => this.#answered(conversation, message),
        onClose: () => this.#conversations.delete(conversation),
      }),
    };
    this.#conversations.add(conversation);
    page.onClose(() => conversation.relay.close());
    this.#tell({ type: 'connect', port: port2 });
    conversation.relay.send(hello);
    return (message) => conversation.relay.send(message);
  }

  /** Ends its labs and it; resolves when nothing is left of either. */
  async dispose(reason: string): Promise<void> {
    const disposed = new Promise<void>((resolve) => {
      this.#disposed = resolve;
      setTimeout(resolve, farewellMs).unref();
    });
    this.#tell({ type: 'dispose', reason });
    await disposed;
    await this.#thread.end(reason);
  }

  #tell(message: ToLabThread): void {
    this.#thread.post(message, message.type === 'connect' ? [message.port] : []);
  }

  #heard(message: FromLabThread): void {
    switch (message.type) {
      case 'labs':
        this.#labs = message.count;
        return;
      case 'task':
        return this.options.onTaskChange(message.change);
      case 'mistake':
        return this.options.onMistake(message.text);
      case 'disposed':
        return this.#disposed();
    }
  }

  #answered(conversation: Conversation, message: ServerMessage): void {
    if (message.type === 'ready' && conversation.state !== 'joined') {
      if (!message.resumed) this.#labs += 1;
      conversation.state = 'joined';
    }
    if (message.type === 'error' && conversation.state === 'coming') conversation.state = 'over';
    if (message.type === 'lab.ended') conversation.state = 'over';
  }

  #ended(why: string): void {
    const reason = `The thread of the server that this lab ran in has ended: ${why}.`;
    this.#labs = 0;
    for (const { page, state, relay: passing } of [...this.#conversations]) {
      passing.close();
      if (state === 'joined') page.send({ type: 'lab.ended', reason });
      if (state === 'coming') page.send({ type: 'error', code: 'boot-failed', message: reason });
    }
    this.#disposed();
    this.options.onEnd(why);
  }
}
