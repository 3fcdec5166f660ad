/** Masked and readonly paths (runtime spec, config-linux.md). What is not there need not be covered. */
import { MOUNT_ATTR_RDONLY, MS_RDONLY, ref, type Step } from '../../kernel';
import { AT_FDCWD } from './constants';
import { openInRoot } from './resolve';
import { cloneTree, closeAll, mountOn, placeTree, setAttributes } from './steps';

const notThere = ['ENOENT', 'ENOTDIR'];

/** A file is covered by /dev/null of the host, a directory by an empty one. */
export function maskedPath(path: string): Step[] {
  const empty = { source: 'tmpfs', type: 'tmpfs', flags: { MS_RDONLY }, data: null };
  return ifThere(path, [
    cloneTree(AT_FDCWD, '/dev/null', 'tree', false, '/dev/null'),
    { ...placeTree('tree', 'target', `/dev/null on ${path}`), as: 'covered', except: ['EINVAL', 'ENOTDIR'] },
    { if: { when: ref('covered'), is: '<', than: 0 }, then: mountOn('target', empty, `tmpfs on ${path}`) },
    ...closeAll('tree'),
  ]);
}

export function readonlyPath(path: string): Step[] {
  return ifThere(path, [
    cloneTree(ref('target'), '', 'tree', true, path),
    setAttributes('tree', { set: { MOUNT_ATTR_RDONLY } }, true, path),
    placeTree('tree', 'target', `${path} read-only`),
    ...closeAll('tree'),
  ]);
}

function ifThere(path: string, steps: readonly Step[]): Step[] {
  return [
    openInRoot(path, 'target', notThere),
    { if: { when: ref('target'), is: '>=', than: 0 }, then: [...steps, ...closeAll('target')] },
  ];
}
