import { type Lab, LabError, messageOf, type Session } from './lab';
import type { Labs } from './labs';
import type { ClientMessage, LabChannel } from './protocol';
import { protocolVersion } from './windows';

type Hello = Extract<ClientMessage, { type: 'hello' }>;

/** What one page and this process say to each other: first `hello`, then whatever the lab it leads to understands. */
export function converse(labs: Labs, channel: LabChannel): void {
  new Conversation(labs, channel);
}

class Conversation {
  #joined: { lab: Lab; session: Session } | null = null;
  #greeting = false;
  #closed = false;

  constructor(
    private readonly labs: Labs,
    private readonly channel: LabChannel,
  ) {
    channel.onMessage((message) => this.#receive(message));
    channel.onClose(() => {
      this.#closed = true;
      this.#joined?.lab.leave(this.#joined.session);
    });
  }

  #receive(message: ClientMessage): void {
    if (this.#joined && !this.#joined.lab.ended) this.#joined.session.receive(message);
    else if (message.type === 'hello') void this.#greet(message);
    else this.#refuse(new LabError('bad-message', `say hello first, not ${message.type}`));
  }

  async #greet(hello: Hello): Promise<void> {
    if (this.#greeting) return this.#refuse(new LabError('busy', 'the lab is being started'));
    this.#greeting = true;
    try {
      if (hello.version !== protocolVersion) {
        throw new LabError('bad-version', `this server speaks version ${protocolVersion}: reload the page`);
      }
      const lab =
        hello.lab === undefined
          ? await this.labs.create(hello.lesson, hello.learner)
          : this.labs.find(hello.lab, hello.lesson);
      // A page that left while its lab was booting may come back, but does not know the lab's name: it is of no use.
      if (this.#closed) return void (await lab.end('The page was closed while the lab was starting.'));
      this.#joined = { lab, session: lab.join(this.channel, hello.lab !== undefined) };
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#greeting = false;
    }
  }

  #refuse(error: unknown): void {
    const code = error instanceof LabError ? error.code : 'internal';
    this.channel.send({ type: 'error', code, message: messageOf(error) });
  }
}
