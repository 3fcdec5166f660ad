/** Signals of one task: what is pending, blocked, handled (signal(7)). Masks: bit N-1 is signal N. */
import type { Signal } from '../abi/signals';

export type SignalMask = bigint;

export function signalBit(signal: Signal): SignalMask {
  return 1n << BigInt(signal - 1);
}

/**
 * `handler` is called before the program goes on after the call that was interrupted. It must not block: it notes the
 * signal, and the program acts on that. With `restart` (SA_RESTART) an interrupted call goes on, else it fails with EINTR.
 */
export type SignalAction = 'default' | 'ignore' | { handler: (signal: Signal) => void; restart: boolean };

export class SignalState {
  readonly actions = new Map<Signal, SignalAction>();
  pending: SignalMask = 0n;
  blocked: SignalMask = 0n;
  /** What sigtimedwait(2) waits for: kept for it, whether blocked or not. */
  awaited: SignalMask = 0n;
  /** What the process was found to die of when it was sent: it ends by that one, and still shows it as pending then. */
  fatal: Signal | null = null;

  action(signal: Signal): SignalAction {
    return this.actions.get(signal) ?? 'default';
  }

  /** `SigIgn` of /proc/PID/status. */
  get ignored(): SignalMask {
    return this.#mask((action) => action === 'ignore');
  }
  /** `SigCgt` of /proc/PID/status. */
  get caught(): SignalMask {
    return this.#mask((action) => typeof action === 'object');
  }

  #mask(holds: (action: SignalAction) => boolean): SignalMask {
    let mask = 0n;
    for (const [signal, action] of this.actions) if (holds(action)) mask |= signalBit(signal);
    return mask;
  }
}
