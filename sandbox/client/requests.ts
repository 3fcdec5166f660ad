import type { ClientMessage, ServerMessage } from '../protocol';
import { LabRequestError } from './types';

type Request = Extract<ClientMessage, { type: 'file' | 'journal.read' | 'sim.export' }>;
/** `Omit` over each member of the union on its own. */
type Unnumbered<T> = T extends Request ? Omit<T, 'request'> : never;
type Answer = Extract<ServerMessage, { type: 'file' | 'journal' | 'sim.export' }>;

interface Pending {
  message: Request;
  resolve(answer: Answer): void;
  reject(error: LabRequestError): void;
}

/** Questions that are on their way. Those that may be asked twice are asked again after a cut; the rest fail. */
export class Requests {
  #next = 0;
  readonly #pending = new Map<number, Pending>();

  constructor(private readonly send: (message: ClientMessage) => boolean) {}

  ask(question: Unnumbered<Request>): Promise<Answer> {
    const message: Request = { ...question, request: this.#next++ };
    return new Promise((resolve, reject) => {
      this.#pending.set(message.request, { message, resolve, reject });
      if (!this.send(message) && !isRepeatable(message)) this.#fail(message.request);
    });
  }

  answered(answer: Answer): void {
    this.#take(answer.request)?.resolve(answer);
  }

  refused(error: Extract<ServerMessage, { type: 'error' }>): void {
    if (error.request === undefined) return;
    this.#take(error.request)?.reject(new LabRequestError(error.code, error.message));
  }

  cut(): void {
    for (const [id, { message }] of this.#pending) if (!isRepeatable(message)) this.#fail(id);
  }

  online(): void {
    for (const { message } of this.#pending.values()) this.send(message);
  }

  /** The lab is gone, or the page is: nothing will be answered any more. */
  end(): void {
    for (const id of this.#pending.keys()) this.#fail(id);
  }

  #fail(id: number): void {
    this.#take(id)?.reject(new LabRequestError('connection', 'The connection to the lab was lost. Try again.'));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

function isRepeatable(message: Request): boolean {
  return message.type !== 'file' || ['list', 'read', 'write'].includes(message.file.op);
}
