/** Round-trip times, and what ping says about them at the end. */

export class PingStatistics {
  transmitted = 0;
  received = 0;
  errors = 0;
  duplicates = 0;
  /** The most that were on their way at once. */
  pipe = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = 0;
  #sum = 0;
  #squares = 0;
  ewma = 0;

  /** In microseconds. */
  add(trip: number): void {
    this.#least = Math.min(this.#least, trip);
    this.#most = Math.max(this.#most, trip);
    this.#sum += trip;
    this.#squares += trip * trip;
    this.ewma = this.ewma === 0 ? trip * 8 : this.ewma + trip - Math.floor(this.ewma / 8);
  }

  text(name: string, elapsedMs: number, isFast: boolean): string {
    let line = `\n--- ${name} ping statistics ---\n${this.transmitted} packets transmitted, ${this.received} received`;
    if (this.duplicates > 0) line += `, +${this.duplicates} duplicates`;
    if (this.errors > 0) line += `, +${this.errors} errors`;
    if (this.transmitted > 0) {
      const loss = ((this.transmitted - this.received) * 100) / this.transmitted;
      line += `, ${Number(loss.toPrecision(6))}% packet loss, time ${elapsedMs}ms`;
    }
    line += '\n';
    const parts: string[] = [];
    const total = this.received + this.duplicates;
    if (this.received > 0) {
      const average = Math.floor(this.#sum / total);
      const variance = Math.floor((this.#squares - (this.#sum * this.#sum) / total) / total);
      const deviation = Math.floor(Math.sqrt(Math.max(0, variance)));
      parts.push(
        `rtt min/avg/max/mdev = ${[this.#least, average, this.#most, deviation].map(milliseconds).join('/')} ms`,
      );
    }
    if (this.pipe > 1) parts.push(`pipe ${this.pipe}`);
    if (isFast && this.received > 0 && this.transmitted > 1) {
      const gap = Math.floor((elapsedMs * 1000) / (this.transmitted - 1));
      parts.push(`ipg/ewma ${milliseconds(gap)}/${milliseconds(Math.floor(this.ewma / 8))} ms`);
    }
    return `${line}${parts.join(', ')}\n`;
  }
}

function milliseconds(micro: number): string {
  return `${Math.floor(micro / 1000)}.${String(micro % 1000).padStart(3, '0')}`;
}

/** One trip, with about four digits. */
export function tripText(micro: number): string {
  if (micro >= 100_000 - 50) return String(Math.floor((micro + 500) / 1000));
  if (micro >= 10_000 - 5) return `${Math.floor((micro + 50) / 1000)}.${Math.floor(((micro + 50) % 1000) / 100)}`;
  if (micro >= 1000)
    return `${Math.floor((micro + 5) / 1000)}.${String(Math.floor(((micro + 5) % 1000) / 10)).padStart(2, '0')}`;
  return `${Math.floor(micro / 1000)}.${String(micro % 1000).padStart(3, '0')}`;
}

const unreachable4: Record<number, string> = {
  0: 'Destination Net Unreachable',
  1: 'Destination Host Unreachable',
  2: 'Destination Protocol Unreachable',
  3: 'Destination Port Unreachable',
  5: 'Source Route Failed',
  6: 'Destination Net Unknown',
  7: 'Destination Host Unknown',
  8: 'Source Host Isolated',
  9: 'Destination Net Prohibited',
  10: 'Destination Host Prohibited',
  11: 'Destination Net Unreachable for Type of Service',
  12: 'Destination Host Unreachable for Type of Service',
  13: 'Packet filtered',
  14: 'Precedence Violation',
  15: 'Precedence Cutoff',
};
const unreachable6: Record<number, string> = {
  0: 'No route',
  1: 'Administratively prohibited',
  2: 'Beyond scope of source address',
  3: 'Address unreachable',
  4: 'Port unreachable',
};

export function errorText(isV4: boolean, type: number, code: number, mtu: number | null): string {
  if (isV4) {
    if (type === 3 && code === 4) return `Frag needed and DF set (mtu = ${mtu ?? 0})`;
    if (type === 3) return unreachable4[code] ?? `Dest Unreachable, Bad Code: ${code}`;
    if (type === 11) return code === 0 ? 'Time to live exceeded' : 'Frag reassembly time exceeded';
    return `Bad ICMP type: ${type}`;
  }
  if (type === 1) return `Destination unreachable: ${unreachable6[code] ?? `Unknown code ${code}`}`;
  if (type === 2) return `Packet too big: mtu=${mtu ?? 0}`;
  if (type === 3) return `Time exceeded: ${code === 0 ? 'Hop limit' : 'Defragmentation failure'}`;
  return `unknown icmp type: ${type}`;
}
