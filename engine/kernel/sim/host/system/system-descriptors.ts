/** Descriptors of an engine that runs in a Machine (`SystemDescriptors`). */
import { KernelError } from '../../../port';
import type { SystemDescriptors } from '../../../system';
import * as abi from '../../abi';
import { concat, encode } from '../../bytes';
import type { TaskSys } from '../../sys/task-sys';
import { atOnce } from '../sim-files';
import { type Answers, attempt } from './answers';

const chunkBytes = 65_536;

export class SimDescriptors implements SystemDescriptors {
  constructor(
    private readonly sys: TaskSys,
    private readonly answers: Answers,
  ) {}

  pipe(): { read: number; write: number } {
    const { readEnd, writeEnd } = attempt('pipe2', '', () => this.sys.pipe({ closeOnExec: true }));
    return { read: readEnd, write: writeEnd };
  }
  memory(name: string, content: string): number {
    const fd = attempt('memfd_create', name, () => this.sys.memfdCreate(name, true));
    this.rewrite(fd, content);
    return fd;
  }
  rewrite(fd: number, content: string): void {
    attempt('write', '', () => {
      this.sys.ftruncate(fd, 0);
      this.sys.pwrite(fd, encode(content), 0);
    });
  }
  open(path: string, access: 'read' | 'write'): number {
    const flags = access === 'read' ? abi.O_RDONLY : abi.O_WRONLY;
    return attempt('open', path, () => atOnce(this.sys.open(path, flags | abi.O_NONBLOCK | abi.O_CLOEXEC)));
  }
  connect(path: string): number {
    return attempt('connect', path, () => {
      const fd = this.sys.socket('unix', 'stream', 0, { closeOnExec: true });
      try {
        atOnce(this.sys.connect(fd, { family: 'unix', path }));
        return fd;
      } catch (error) {
        this.sys.close(fd);
        throw error;
      }
    });
  }
  connection(): [number, number] {
    return attempt('socketpair', '', () => {
      const ends = this.sys.socketpair('stream');
      for (const fd of ends) this.sys.setCloseOnExec(fd, true);
      return ends;
    });
  }
  receive(connection: number): Promise<number> {
    return this.answers.promise((resolve, reject) =>
      this.#wheneverReadable(connection, reject, () => {
        const { descriptors: [fd] = [] } = atOnce(this.sys.recv(connection, chunkBytes, { rights: true }));
        if (fd === undefined) throw new KernelError('EPIPE', 'recvmsg', '', 'no descriptor came');
        resolve(fd);
        return true;
      }),
    );
  }
  write(fd: number, bytes: Uint8Array): void {
    attempt('write', '', () => void atOnce(this.sys.write(fd, bytes)));
  }
  close(fd: number): void {
    attempt('close', '', () => this.sys.close(fd));
  }

  readAll(fd: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    return this.answers.promise((resolve, reject) =>
      this.#wheneverReadable(fd, reject, () => {
        const chunk = atOnce(this.sys.read(fd, chunkBytes));
        if (chunk.length > 0) chunks.push(chunk);
        else resolve(concat(chunks));
        return chunk.length === 0;
      }),
    );
  }

  /** Calls `act` until it says that it is done. */
  #wheneverReadable(fd: number, reject: (error: unknown) => void, act: () => boolean): void {
    const { kernel } = this.sys.task;
    const file = kernel.vfs.getFile(this.sys.task, fd);
    const waiter = {
      wake: () => {
        for (const queue of file.pollQueues) queue.delete(waiter);
        // Whoever woke it is in the middle of a call.
        kernel.after(0, look);
      },
    };
    const look = () => {
      try {
        while ((file.poll() & (abi.POLLIN | abi.POLLHUP)) !== 0) if (act()) return;
        for (const queue of file.pollQueues) queue.add(waiter);
      } catch (error) {
        reject(error);
      }
    };
    look();
  }
}
