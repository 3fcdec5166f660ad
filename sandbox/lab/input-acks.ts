import type { Disposable } from '../../engine/kernel';
import type { Clock } from './clock';

/** How long an acknowledgement may wait for the next. Sent at once, it would travel ahead of the key's echo and delay it. */
const ackAfterMs = 20;
/** A page that pastes is told sooner: its window has to move on. */
const ackEveryBytes = 32 * 1024;

interface Progress {
  taken: number;
  told: number;
}

/** Tells each page how much of its input the terminal took: not for every key, and never late enough to hold up a paste. */
export class InputAcks implements Disposable {
  readonly #clients = new Map<string, Progress>();
  #timer: Disposable | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (client: string, offset: number) => void,
  ) {}

  /** All bytes of `client` before `offset` are in the terminal. The same offset again is told again: the page asked. */
  taken(client: string, offset: number): void {
    const known = this.#clients.get(client);
    const told = known === undefined || offset === known.taken ? -1 : known.told;
    this.#clients.set(client, { taken: offset, told });
    if (known && offset - known.told >= ackEveryBytes) this.#flush();
    else this.#timer ??= this.clock.after(ackAfterMs, () => this.#flush());
  }

  forget(client: string): void {
    this.#clients.delete(client);
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = null;
    this.#clients.clear();
  }

  #flush(): void {
    this.#timer?.dispose();
    this.#timer = null;
    for (const [client, progress] of this.#clients) {
      if (progress.told === progress.taken) continue;
      progress.told = progress.taken;
      this.tell(client, progress.taken);
    }
  }
}
