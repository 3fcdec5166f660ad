/**
 * Paths of a root filesystem that nobody has to trust: every one is opened by openat2(2) with RESOLVE_IN_ROOT beneath
 * the descriptor `root`, so a symbolic link in it leads nowhere else, and what is mounted or made is named by descriptor.
 */
import { type CallStep, flags, ref, type Step } from '../../kernel';
import { O_CLOEXEC, O_CREAT, O_EXCL, O_PATH, RESOLVE_IN_ROOT } from './constants';

/** Opens a path in the root filesystem as `as`; ENOENT and the like are the caller's matter when listed. */
export function openInRoot(
  path: string,
  as: string,
  except: readonly string[] = [],
  pathname = relative(path),
): CallStep {
  return {
    call: 'openat2',
    args: [ref('root'), pathname, { words: [flags({ O_PATH, O_CLOEXEC }), 0, flags({ RESOLVE_IN_ROOT })] }, 24],
    as,
    ...(except.length > 0 && { except }),
    about: path,
  };
}

/** Opens a directory as `as`, and makes it and its parents when they are missing. */
export function directoryInRoot(path: string, as: string): Step[] {
  const names = namesOf(path);
  return [
    openInRoot(path, as, ['ENOENT']),
    {
      if: { when: ref(as), is: '<', than: 0 },
      then: [
        { set: 'parent', to: ref('root') },
        ...names.flatMap((name, index) => makeDirectory(`/${names.slice(0, index + 1).join('/')}`, name)),
        { set: as, to: ref('parent') },
      ],
    },
  ];
}

function makeDirectory(path: string, name: string): Step[] {
  return [
    openInRoot(path, 'below', ['ENOENT']),
    {
      if: { when: ref('below'), is: '<', than: 0 },
      then: [{ call: 'mkdirat', args: [ref('parent'), name, 0o755], about: path }, openInRoot(path, 'below')],
    },
    ...closeParent(),
    { set: 'parent', to: ref('below') },
  ];
}

function closeParent(): Step[] {
  return [
    { if: { when: ref('parent'), is: '!=', than: ref('root') }, then: [{ call: 'close', args: [ref('parent')] }] },
  ];
}

/** Opens a file as `as`, and makes it, empty, and its directory when they are missing: something to mount on. */
export function fileInRoot(path: string, as: string): Step[] {
  const names = namesOf(path);
  const name = names.at(-1) ?? '';
  return [
    openInRoot(path, as, ['ENOENT']),
    {
      if: { when: ref(as), is: '<', than: 0 },
      then: [
        ...directoryInRoot(`/${names.slice(0, -1).join('/')}`, 'place'),
        {
          call: 'openat',
          args: [ref('place'), name, flags({ O_CREAT, O_EXCL, O_CLOEXEC }), 0o644],
          as: 'made',
          about: path,
        },
        { call: 'close', args: [ref('made')] },
        { call: 'close', args: [ref('place')] },
        openInRoot(path, as),
      ],
    },
  ];
}

/** `.` stands for the root itself: openat2 takes no empty path. */
function relative(path: string): string {
  return namesOf(path).join('/') || '.';
}

/** Parts of a path without empty ones and dots; `..` goes up, at most to the root. */
export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}
