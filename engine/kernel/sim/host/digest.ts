/** A running checksum of what a lab has put out, cheap enough to be kept all the time (two lanes of FNV-1a). */
export class Digest {
  #a = 0x811c9dc5;
  #b = 0x01000193;

  add(bytes: Uint8Array): void {
    let [a, b] = [this.#a, this.#b];
    for (const byte of bytes) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x85ebca6b) ^ (a >>> 15);
    }
    this.#a = a;
    this.#b = b;
  }

  addNumber(value: number): void {
    const low = value >>> 0;
    const high = Math.floor(value / 2 ** 32) >>> 0;
    this.add(
      Uint8Array.of(
        low & 255,
        (low >>> 8) & 255,
        (low >>> 16) & 255,
        low >>> 24,
        high & 255,
        (high >>> 8) & 255,
        (high >>> 16) & 255,
        high >>> 24,
      ),
    );
  }

  /** 16 hexadecimal digits. */
  get text(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
