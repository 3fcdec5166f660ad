/**
 * Addresses in use, as files of a directory: `10.1.0.5` holds the container's id and the interface's name with CR LF between
 * them, `last_reserved_ip.0` the address of set 0 that was handed out last, `lock` is locked by flock(2) while somebody
 * works here. It is the layout of the plugin of the same name beside the specification: both can work on one directory.
 */
import type { LeaseFiles } from '../../files';
import { formatIp, type Ip, parseIp } from '../../spec';

export interface Owner {
  containerId: string;
  ifname: string;
}

export interface Lease {
  ip: Ip;
  /** Who has it: `id CR LF ifname`, or, of long ago, the id alone. */
  owner: string;
}

const separator = '\r\n';

/** All of it is for the holder of the lock. */
export class Leases {
  private constructor(
    private readonly files: LeaseFiles,
    private readonly directory: string,
  ) {}

  /** Lets `work` be alone in the directory, here and among all processes. */
  static async alone<T>(files: LeaseFiles, directory: string, work: (leases: Leases) => Promise<T>): Promise<T> {
    await files.makeDirectory(directory, 0o755);
    const release = await files.lock(`${directory}/lock`);
    try {
      return await work(new Leases(files, directory));
    } finally {
      release();
    }
  }

  async all(): Promise<Lease[]> {
    const names = await this.files.list(this.directory);
    const leases = names.map(async (name) => {
      const ip = parseIp(name);
      const content = ip && (await this.files.read(this.path(ip)));
      return ip && content !== null ? [{ ip, owner: content.trim() }] : [];
    });
    return (await Promise.all(leases)).flat();
  }

  /** Of a container's interface; where there are none, those that name the container alone. */
  async of({ containerId, ifname }: Owner): Promise<Lease[]> {
    const all = await this.all();
    const own = all.filter(({ owner }) => owner === `${containerId}${separator}${ifname}`);
    return own.length > 0 ? own : all.filter(({ owner }) => owner === containerId);
  }

  /** False when somebody has it. */
  reserve(ip: Ip, { containerId, ifname }: Owner): Promise<boolean> {
    return this.files.create(this.path(ip), `${containerId}${separator}${ifname}`);
  }

  async release(ip: Ip): Promise<void> {
    await this.files.remove(this.path(ip));
  }

  /** Null when none was handed out yet. */
  async lastGiven(set: number): Promise<Ip | null> {
    const text = await this.files.read(this.lastPath(set));
    return text === null ? null : parseIp(text.trim());
  }

  async noteLast(set: number, ip: Ip): Promise<void> {
    await this.files.write(this.lastPath(set), formatIp(ip));
  }

  private path(ip: Ip): string {
    return `${this.directory}/${formatIp(ip)}`;
  }
  private lastPath(set: number): string {
    return `${this.directory}/last_reserved_ip.${set}`;
  }
}

/** Whether a lease is one of theirs. */
export function belongsTo(owners: readonly Owner[]): (lease: Lease) => boolean {
  const exact = new Set(
    owners.flatMap(({ containerId, ifname }) => [`${containerId}${separator}${ifname}`, containerId]),
  );
  return ({ owner }) => exact.has(owner);
}
