import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import type { SimKernel } from '../../kernel';
import type { Sys } from '../../sys/sys';
import type { Task } from '../../task/task';
import { errnoOf, run } from '../testing';

function taskOf(sys: Sys, kernel: SimKernel): Task {
  const task = kernel.tasks.find(sys.getpid());
  if (!task) throw new Error('no task');
  return task;
}

/** mountinfo below /tmp, peer groups numbered as they are met: `shared:1 / /tmp/a tmpfs`. */
function mounts(sys: Sys, kernel: SimKernel): string[] {
  const task = taskOf(sys, kernel);
  const seen = new Map<string, number>();
  const number = (id: string) => {
    if (!seen.has(id)) seen.set(id, seen.size + 1);
    return seen.get(id);
  };
  return kernel.vfs.mountinfo(task.ns.mnt, task.fs.root, task).flatMap((line) => {
    const fields = line.split(' ');
    const dash = fields.indexOf('-');
    const propagation = fields.slice(6, dash).map((field) => {
      const [kind = '', id] = field.split(':');
      return id === undefined ? `${kind} ` : `${kind}:${number(id)} `;
    });
    if (!fields[4]?.startsWith('/tmp/')) return [];
    return [`${propagation.join('')}${fields[3]} ${fields[4]} ${fields[dash + 2]}`];
  });
}

function prepare(sys: Sys): void {
  sys.mount(null, '/tmp', null, abi.MS_PRIVATE);
  for (const name of ['a', 'b', 'c']) sys.mkdir(name);
  sys.mount('a', 'a', 'tmpfs', 0);
  sys.mkdir('a/x');
}

describe('mounts', () => {
  it('propagates to peers and slaves, and not back', () => {
    run(function* (sys, kernel) {
      prepare(sys);
      sys.mount(null, 'a', null, abi.MS_SHARED);
      sys.mount('a', 'b', null, abi.MS_BIND);
      sys.mount('a', 'c', null, abi.MS_BIND);
      sys.mount(null, 'c', null, abi.MS_SLAVE);
      sys.mount('one', 'a/x', 'tmpfs', 0);
      expect(mounts(sys, kernel)).toEqual([
        'shared:1 / /tmp/a a',
        'shared:1 / /tmp/b a',
        'master:1 / /tmp/c a',
        'shared:2 / /tmp/a/x one',
        'shared:2 / /tmp/b/x one',
        'master:2 / /tmp/c/x one',
      ]);
      sys.umount('b/x');
      expect(mounts(sys, kernel).length).toBe(3);
      sys.mount('two', 'c/x', 'tmpfs', 0);
      expect(mounts(sys, kernel).at(-1)).toBe('/ /tmp/c/x two');
      yield* sys.checkpoint();
    });
  });

  it('copies the tree for a new namespace, as slaves for a less privileged one', () => {
    run(function* (sys, kernel) {
      prepare(sys);
      sys.mount(null, 'a', null, abi.MS_SHARED);
      const pid = sys.fork(function* (child) {
        child.unshare(abi.CLONE_NEWUSER | abi.CLONE_NEWNS);
        expect(mounts(child, kernel)).toEqual(['master:1 / /tmp/a a']);
        expect(errnoOf(() => child.umount('/tmp/a'))).toBe('EINVAL');
        expect(errnoOf(() => child.umount('/tmp/a', abi.MNT_DETACH))).toBe('EINVAL');
        child.mount('mine', '/tmp/a/x', 'tmpfs', 0);
        yield* child.nanosleep(1000);
        return 0;
      });
      yield* sys.waitpid(pid);
      expect(mounts(sys, kernel)).toEqual(['shared:1 / /tmp/a a']);
    });
  });

  it('leaves no peer behind when a namespace ends', () => {
    run(function* (sys, kernel) {
      prepare(sys);
      sys.mount(null, 'a', null, abi.MS_SHARED);
      const pid = sys.fork(function* (child) {
        child.unshare(abi.CLONE_NEWNS);
        yield* child.nanosleep(1000);
        return 0;
      });
      yield* sys.waitpid(pid);
      sys.mount(null, 'a', null, abi.MS_SLAVE);
      expect(mounts(sys, kernel)).toEqual(['/ /tmp/a a']);
    });
  });

  it('pivots into a new root', () => {
    run(function* (sys) {
      prepare(sys);
      sys.mkdir('a/old');
      expect(errnoOf(() => sys.pivotRoot('a/x', 'a/x'))).toBe('EINVAL');
      expect(errnoOf(() => sys.pivotRoot('a', 'b'))).toBe('EINVAL');
      sys.chdir('a');
      sys.pivotRoot('.', '.');
      sys.umount('.', abi.MNT_DETACH);
      sys.chdir('/');
      expect(sys.getcwd()).toBe('/');
      expect(sys.readdir('/').map(({ name }) => name)).toEqual(['.', '..', 'old', 'x']);
      yield* sys.checkpoint();
    });
  });

  it('gives numbers and devices back', () => {
    run(function* (sys, kernel) {
      prepare(sys);
      const last = () => {
        const [, id] =
          /^(\d+) /.exec(kernel.vfs.mountinfo(taskOf(sys, kernel).ns.mnt, taskOf(sys, kernel).fs.root).at(-1) ?? '') ??
          [];
        return id;
      };
      sys.mount('one', 'b', 'tmpfs', 0);
      const first = [last(), sys.stat('b').dev.minor];
      sys.umount('b');
      sys.mount('two', 'b', 'tmpfs', 0);
      expect([last(), sys.stat('b').dev.minor]).toEqual(first);
      const fd = yield* sys.open('b/f', abi.O_CREAT | abi.O_WRONLY, 0o644);
      expect(errnoOf(() => sys.umount('b'))).toBe('EBUSY');
      sys.umount('b', abi.MNT_DETACH);
      sys.mount('three', 'b', 'tmpfs', 0);
      expect(last()).not.toBe(first[0]);
      sys.close(fd);
      sys.umount('b');
      sys.mount('four', 'b', 'tmpfs', 0);
      expect(last()).toBe(first[0]);
    });
  });
});
