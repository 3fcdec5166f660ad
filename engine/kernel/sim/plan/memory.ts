/** The memory of a process that carries out a plan: its image (`engine/kernel/plan/image.ts`), and what system calls find in it. */
import { base } from '../../plan/image';
import { SysError } from '../abi/errno';
import { decode } from '../bytes';

const wordBytes = 8;

export class PlanMemory {
  readonly #view: DataView;

  /** `image` is this process's own from now on. */
  constructor(private readonly image: Uint8Array) {
    this.#view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  }

  /** As a child gets it. */
  copy(): PlanMemory {
    return new PlanMemory(this.image.slice());
  }

  /** The bytes at an address, still those of the process: to be read at once. EFAULT. */
  bytes(address: number, length: number): Uint8Array {
    return this.image.subarray(this.#offset(address, length), address - base + length);
  }
  /** The same, to be kept. */
  taken(address: number, length: number): Uint8Array {
    return this.bytes(address, length).slice();
  }
  store(address: number, bytes: Uint8Array): void {
    this.image.set(bytes, this.#offset(address, bytes.length));
  }

  /** Unsigned numbers of 1, 2 and 4 bytes. EFAULT. */
  byte(address: number): number {
    return this.#view.getUint8(this.#offset(address, 1));
  }
  half(address: number): number {
    return this.#view.getUint16(this.#offset(address, 2), true);
  }
  int(address: number): number {
    return this.#view.getUint32(this.#offset(address, 4), true);
  }
  setInt(address: number, value: number): void {
    this.#view.setInt32(this.#offset(address, 4), value, true);
  }
  /** A word that is an address or a length. */
  address(address: number): number {
    const at = this.#offset(address, wordBytes);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }
  /** A signed word. */
  word(address: number): bigint {
    return this.#view.getBigInt64(this.#offset(address, wordBytes), true);
  }
  /** The same unsigned. */
  unsigned(address: number): bigint {
    return this.#view.getBigUint64(this.#offset(address, wordBytes), true);
  }
  setWord(address: number, value: bigint): void {
    this.#view.setBigUint64(this.#offset(address, wordBytes), BigInt.asUintN(64, value), true);
  }

  /** A text that ends in NUL. EFAULT. */
  text(address: number): string {
    const from = this.#offset(address, 1);
    const end = this.image.indexOf(0, from);
    if (end < 0) throw new SysError('EFAULT');
    return decode(this.image.subarray(from, end));
  }
  /** An array of such texts that ends in NULL: argv, envp. None for NULL itself. */
  texts(address: number): string[] {
    const texts: string[] = [];
    if (address === 0) return texts;
    for (let at = address; ; at += wordBytes) {
      const pointer = this.address(at);
      if (pointer === 0) return texts;
      texts.push(this.text(pointer));
    }
  }

  #offset(address: number, length: number): number {
    const at = address - base;
    if (!(at >= 0 && length >= 0 && at + length <= this.image.length)) throw new SysError('EFAULT');
    return at;
  }
}
