/** Who executed a client (`client-image.ts`), read from /proc/PID (proc(5)) while it waits. */
import { fstatSync, readFileSync, readlinkSync, statSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { check, close, nativeFunction, pidfdOpen } from '../syscall';

const nativeSyscall = nativeFunction('intptr_t syscall(intptr_t number, int pidfd, int fd, unsigned int flags)');
/** The same on every architecture. */
const pidfd_getfd = 438;

export class Caller {
  constructor(readonly pid: number) {}

  /** Whether the process executes a file of these bytes: a number alone could be anybody's. */
  executes(image: Uint8Array): boolean {
    const path = `/proc/${this.pid}/exe`;
    return statSync(path).size === image.byteLength && readFileSync(path).equals(image);
  }

  /** Whether paths mean the same to it as to us. */
  seesSameFiles(): boolean {
    const same = (path: string) => readlinkSync(`/proc/${this.pid}/${path}`) === readlinkSync(`/proc/self/${path}`);
    return same('ns/mnt') && same('ns/pid') && same('root');
  }

  /** `argv`, its own name first. */
  arguments(): string[] {
    return this.#strings('cmdline');
  }

  environment(): Record<string, string> {
    return Object.fromEntries(
      this.#strings('environ').map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    );
  }

  /** Its network namespace: a path to it, and a name that no other one has (`net:[4026531840]`). */
  network(): { path: string; id: string } {
    const path = `/proc/${this.pid}/ns/net`;
    return { path, id: readlinkSync(path) };
  }

  /** All of its standard input, until whoever writes there closes it. */
  async input(): Promise<string> {
    const fd = this.#descriptor(0);
    const kind = fstatSync(fd);
    if (kind.isFIFO() || kind.isSocket()) return text(new Socket({ fd, readable: true, writable: false }));
    try {
      return readFileSync(fd, 'utf8');
    } finally {
      close(fd);
    }
  }

  /** What writes to its standard output (1) or error (2), once. */
  output(descriptor: 1 | 2): (content: string) => void {
    const fd = this.#descriptor(descriptor);
    return (content) => {
      try {
        const bytes = Buffer.from(content);
        for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
      } finally {
        close(fd);
      }
    };
  }

  /** Its descriptor as one of ours (pidfd_getfd(2)): sockets cannot be opened anew by a path. */
  #descriptor(number: number): number {
    const pidfd = pidfdOpen(this.pid);
    try {
      return check(nativeSyscall(pidfd_getfd, pidfd, number, 0), 'pidfd_getfd', `${this.pid}:${number}`);
    } finally {
      close(pidfd);
    }
  }

  #strings(file: 'cmdline' | 'environ'): string[] {
    return readFileSync(`/proc/${this.pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  }
}
