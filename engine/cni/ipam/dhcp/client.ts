/** The conversation with a server: an address is asked for, kept, given back (RFC 2131, section 4.4). */
import type { PacketSocket } from '../../../kernel';
import { CniError, errorCodes } from '../../spec';
import { clientPort, encodeFrame, payloadFor, serverPort } from './frame';
import {
  addressBytes,
  type DhcpMessage,
  decodeMessage,
  encodeMessage,
  messageTypes,
  numberOption,
  type Options,
  optionCodes,
  typeOf,
} from './message';

export interface Timers {
  /** Calls back once after so many milliseconds; the function it gives calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface Lease {
  address: string;
  options: Options;
  /** Milliseconds from now. */
  renewIn: number;
  expiresIn: number;
}

/** A message is sent again after these times (ms), and given up after the last. */
const patience = [1000, 2000, 4000];
const everywhere = 'ff:ff:ff:ff:ff:ff';
const nobody = '0.0.0.0';
const broadcast = '255.255.255.255';
/** A lease without a time, or with 0xffffffff, is for ever: about as long as timers can wait. */
const longest = 0x7fffffff;

export class DhcpClient {
  /** `options` go with every message; `random` gives 32 bits. */
  constructor(
    private readonly socket: PacketSocket,
    private readonly options: Options,
    private readonly timers: Timers,
    private readonly random: () => number,
  ) {}

  /** Errors: 11 when no server answers, or the one that did takes it back. */
  async acquire(): Promise<Lease> {
    const xid = this.random();
    const offer = await this.ask(xid, messageTypes.discover, nobody, new Map(), [messageTypes.offer]);
    const server = offer.options.get(optionCodes.serverIdentifier);
    const chosen: Options = new Map([[optionCodes.requestedAddress, addressBytes(offer.yiaddr)]]);
    if (server) chosen.set(optionCodes.serverIdentifier, server);
    return this.request(xid, nobody, chosen);
  }

  /** Errors: as of `acquire`. */
  renew(address: string): Promise<Lease> {
    return this.request(this.random(), address, new Map());
  }

  /** Nobody answers that. */
  release({ address, options }: Lease): void {
    const server = options.get(optionCodes.serverIdentifier);
    const extra: Options = server ? new Map([[optionCodes.serverIdentifier, server]]) : new Map();
    this.send(this.message(this.random(), messageTypes.release, address, extra));
  }

  private async request(xid: number, ciaddr: string, extra: Options): Promise<Lease> {
    const answer = await this.ask(xid, messageTypes.request, ciaddr, extra, [messageTypes.ack, messageTypes.nak]);
    if (typeOf(answer) === messageTypes.nak) {
      const why = answer.options.get(optionCodes.message);
      throw new CniError(
        errorCodes.tryAgainLater,
        'DHCP server refused the address',
        why && new TextDecoder().decode(why),
      );
    }
    return leaseOf(answer);
  }

  private ask(xid: number, type: number, ciaddr: string, extra: Options, answers: number[]): Promise<DhcpMessage> {
    const message = this.message(xid, type, ciaddr, extra);
    return new Promise((resolve, reject) => {
      let callOff = () => {};
      this.socket.onFrame((frame) => {
        const payload = payloadFor(frame, clientPort);
        const answer = payload && decodeMessage(payload);
        if (answer?.op !== 'reply' || answer.xid !== xid || answer.chaddr !== this.socket.hardware) return;
        if (!answers.includes(typeOf(answer))) return;
        callOff();
        resolve(answer);
      });
      const attempt = (at: number) => {
        const wait = patience[at];
        if (wait === undefined) {
          reject(new CniError(errorCodes.tryAgainLater, 'no DHCP server answers', `sent ${patience.length} times`));
          return;
        }
        try {
          this.send(message);
          callOff = this.timers.after(wait, () => attempt(at + 1));
        } catch (error) {
          reject(error);
        }
      };
      attempt(0);
    });
  }

  private message(xid: number, type: number, ciaddr: string, extra: Options): DhcpMessage {
    const options: Options = new Map([[optionCodes.messageType, Uint8Array.of(type)], ...extra, ...this.options]);
    return { op: 'request', xid, secs: 0, ciaddr, yiaddr: nobody, chaddr: this.socket.hardware, options };
  }

  private send(message: DhcpMessage): void {
    this.socket.send(
      encodeFrame({
        from: this.socket.hardware,
        to: everywhere,
        source: message.ciaddr,
        destination: broadcast,
        sourcePort: clientPort,
        destinationPort: serverPort,
        payload: encodeMessage(message),
      }),
    );
  }
}

/** Half of the time until it is renewed, unless the server says otherwise (section 4.4.5). */
function leaseOf({ yiaddr, options }: DhcpMessage): Lease {
  const seconds = numberOption(options, optionCodes.leaseTime) ?? longest;
  const renewal = numberOption(options, optionCodes.renewalTime) ?? seconds / 2;
  const milliseconds = (time: number) => Math.min(time * 1000, longest);
  return { address: yiaddr, options, renewIn: milliseconds(renewal), expiresIn: milliseconds(seconds) };
}
