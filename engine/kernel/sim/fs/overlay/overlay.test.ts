import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import { decode, encode } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import type { Sys } from '../../sys/sys';
import { errnoOf, run } from '../../vfs/testing';

function* put(sys: Sys, path: string, text: string, flags = abi.O_TRUNC): Blocking<void> {
  const fd = yield* sys.open(path, abi.O_WRONLY | abi.O_CREAT | flags, 0o644);
  yield* sys.write(fd, encode(text));
  sys.close(fd);
}
function* get(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, abi.O_RDONLY);
  const bytes = yield* sys.read(fd, 1 << 20);
  sys.close(fd);
  return decode(bytes);
}
const options = 'lowerdir=lower,upperdir=upper,workdir=work';

function* fresh(sys: Sys, more = ''): Blocking<void> {
  for (const name of ['lower', 'upper', 'work', 'm', 'lower/d', 'lower/d/e', 'lower/empty']) sys.mkdir(name);
  yield* put(sys, 'lower/f', 'f\n');
  yield* put(sys, 'lower/d/g', 'g\n');
  sys.link('lower/f', 'lower/hard');
  sys.symlink('f', 'lower/sym');
  sys.mount('o', 'm', 'overlay', 0, options + more);
}

/** What lies below a directory, one line an inode: path, mode, links, device, marks. */
function tree(sys: Sys, path: string): string[] {
  const stat = sys.lstat(path);
  const marks = sys
    .listxattr(path, { noFollow: true })
    .filter((name) => name !== 'trusted.overlay.uuid')
    .map((name) => {
      const value = sys.getxattr(path, name, { noFollow: true });
      return ` ${name.replace('trusted.overlay.', 'T.')}=${value.length < 20 ? decode(value) : value.length}`;
    });
  const line = `${path} ${stat.mode.toString(8)} n${stat.nlink}${marks.join('')}`;
  if ((stat.mode & abi.S_IFMT) !== abi.S_IFDIR) return [line];
  const names = sys.readdir(path).flatMap(({ name }) => (name.startsWith('.') ? [] : [name]));
  return [line, ...names.flatMap((name) => tree(sys, `${path}/${name}`))];
}

function upperAfter(change: (sys: Sys) => Blocking<void> | undefined, more = ''): string[] {
  return run(function* (sys) {
    yield* fresh(sys, more);
    sys.chdir('m');
    const changing = change(sys);
    if (changing) yield* changing;
    sys.chdir('..');
    return tree(sys, 'upper');
  });
}

describe('overlay', () => {
  it('copies up what is written to', () => {
    const upper = upperAfter(function* (sys) {
      yield* put(sys, 'f', 'x', abi.O_APPEND);
    });
    expect(upper).toEqual(['upper 40755 n2 T.impure=y', 'upper/f 100644 n1']);
  });

  it('copies up parents and says where from', () => {
    const upper = upperAfter((sys) => {
      sys.chmod('d/g', 0o700);
      return undefined;
    });
    expect(upper).toEqual([
      'upper 40755 n3 T.impure=y',
      'upper/d 40755 n2 T.origin=33 T.impure=y',
      'upper/d/g 100700 n1 T.origin=33',
    ]);
  });

  it('hides what is removed', () => {
    const upper = upperAfter((sys) => {
      sys.unlink('f');
      sys.unlink('hard');
      expect(errnoOf(() => sys.stat('f'))).toBe('ENOENT');
      expect(errnoOf(() => sys.rmdir('d'))).toBe('ENOTEMPTY');
      return undefined;
    });
    expect(upper).toEqual(['upper 40755 n2', 'upper/hard 20000 n3', 'upper/f 20000 n3']);
  });

  it('removes whole trees and makes directories opaque', () => {
    const upper = upperAfter((sys) => {
      sys.unlink('d/g');
      sys.rmdir('d/e');
      sys.rmdir('d');
      sys.mkdir('d', 0o755);
      expect(sys.readdir('d').length).toBe(2);
      return undefined;
    });
    expect(upper).toEqual(['upper 40755 n3 T.impure=y', 'upper/d 40755 n2 T.opaque=y']);
  });

  it('renames files, and directories only with redirect_dir', () => {
    const upper = upperAfter(function* (sys) {
      sys.rename('f', 'f2');
      expect(errnoOf(() => sys.rename('d', 'd2'))).toBe('EXDEV');
      expect(errnoOf(() => sys.stat('f'))).toBe('ENOENT');
      expect(yield* get(sys, 'f2')).toBe('f\n');
      expect(yield* get(sys, 'hard')).toBe('f\n');
    });
    expect(upper).toEqual(['upper 40755 n2 T.impure=y', 'upper/f2 100644 n1', 'upper/f 20000 n1']);
    const redirected = upperAfter(function* (sys) {
      sys.rename('d', 'd2');
      expect(yield* get(sys, 'd2/g')).toBe('g\n');
      expect(errnoOf(() => sys.stat('d'))).toBe('ENOENT');
      sys.rename('d2', 'empty');
      expect(yield* get(sys, 'empty/g')).toBe('g\n');
    }, ',redirect_dir=on');
    expect(redirected).toEqual([
      'upper 40755 n3 T.impure=y',
      'upper/empty 40755 n2 T.redirect=d T.origin=33',
      'upper/d 20000 n1',
    ]);
  });

  it('links, and puts things where whiteouts are', () => {
    const upper = upperAfter(function* (sys) {
      sys.link('f', 'new');
      expect(sys.stat('f').nlink).toBe(2);
      expect(sys.stat('f').ino).toBe(sys.stat('new').ino);
      sys.unlink('hard');
      yield* put(sys, 'hard', 'again');
      sys.rename('hard', 'sym');
    });
    expect(upper).toEqual([
      'upper 40755 n2 T.impure=y',
      'upper/sym 100644 n1',
      'upper/hard 20000 n1',
      'upper/new 100644 n2',
      'upper/f 100644 n2',
    ]);
  });

  it('lists the lowest layer first', () => {
    run(function* (sys) {
      for (const name of ['lower', 'upper', 'work', 'm', 'lower/d']) sys.mkdir(name);
      for (const name of ['lower/1', 'lower/2', 'lower/3', 'upper/2', 'upper/4', 'upper/5']) yield* put(sys, name, '');
      sys.mount('o', 'm', 'overlay', 0, options);
      expect(sys.readdir('m').map(({ name }) => name)).toEqual(['.', '..', '3', '2', '1', 'd', '5', '4']);
      expect(sys.stat('m').nlink).toBe(1);
      expect(sys.stat('m/1').ino).toBe(sys.stat('lower/1').ino);
      expect(sys.stat('m/1').dev).toEqual(sys.stat('m').dev);
    });
  });

  it('shows its options as Linux does', () => {
    run(function* (sys, kernel) {
      for (const name of ['lower', 'lower2', 'upper', 'work', 'm', 'a:b']) sys.mkdir(name);
      const shown = (data: string) => {
        sys.mount('o', 'm', 'overlay', 0, data);
        const task = [...kernel.tasks.all()][0];
        const line = task ? kernel.vfs.mountinfo(task.ns.mnt, task.fs.root).at(-1) : '';
        sys.umount('m');
        return line?.split(' - ')[1];
      };
      expect(shown(options)).toBe('overlay o rw,lowerdir=lower,upperdir=upper,workdir=work,uuid=on');
      expect(shown(options)).toBe('overlay o rw,lowerdir=lower,upperdir=upper,workdir=work');
      expect(shown('lowerdir=lower:lower2')).toBe('overlay o ro,lowerdir=lower:lower2,redirect_dir=on');
      expect(shown('lowerdir=a\\:b:lower')).toBe('overlay o ro,lowerdir=a\\134:b:lower,redirect_dir=on');
      expect(shown(`${options},index=on,redirect_dir=on`)).toBe(
        'overlay o rw,lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=on,index=on',
      );
      expect(shown(`${options},userxattr`)).toBe(
        'overlay o rw,lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=nofollow,uuid=on,userxattr',
      );
    });
  });

  it('refuses what Linux refuses', () => {
    run(function* (sys) {
      for (const name of ['lower', 'lower2', 'upper', 'work', 'm', 't']) sys.mkdir(name);
      yield* put(sys, 'file', '');
      sys.mount('t', 't', 'tmpfs', 0);
      sys.mkdir('t/w');
      const cases: Array<[string, string]> = [
        ['', 'EINVAL'],
        ['lowerdir=nope', 'ENOENT'],
        ['lowerdir=file', 'EINVAL'],
        ['lowerdir=lower', 'EINVAL'],
        ['lowerdir=lower:lower', 'ELOOP'],
        ['lowerdir=lower:', 'EINVAL'],
        ['lowerdir=lower,upperdir=upper', 'EINVAL'],
        ['lowerdir=lower,upperdir=upper,workdir=t/w', 'EINVAL'],
        ['lowerdir=lower,upperdir=upper,workdir=upper', 'EINVAL'],
        ['lowerdir=lower,upperdir=lower,workdir=work', 'ELOOP'],
        [`${options},bogus`, 'EINVAL'],
        [`${options},userxattr,redirect_dir=on`, 'EINVAL'],
      ];
      for (const [data, errno] of cases) {
        expect([data, errnoOf(() => sys.mount('o', 'm', 'overlay', 0, data))]).toEqual([data, errno]);
      }
    });
  });
});
