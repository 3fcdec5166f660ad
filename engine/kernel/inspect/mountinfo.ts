/** One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
import type { Mount, NsId } from '../../state';
import { unescapeOctal } from './octal';

/** Returns null for a line that is not in the documented form. Paths are relative to the root of the reading process. */
export function parseMountLine(line: string, ns: NsId): Mount | null {
  const fields = line.split(' ');
  const dash = fields.indexOf('-', 6);
  const [id, parent, device, root, mountPoint, options] = fields;
  if (dash < 0 || !id || !parent || !device || root === undefined || mountPoint === undefined || !options) return null;
  return {
    ns,
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options: options.split(','),
    propagation: parsePropagation(fields.slice(6, dash)),
    fsType: fields[dash + 1] ?? '',
    source: unescapeOctal(fields[dash + 2] ?? ''),
    // Split first: a comma inside a value is escaped, the ones between options are not.
    superOptions: (fields[dash + 3] ?? '').split(',').map(unescapeOctal),
  };
}

function parsePropagation(fields: string[]): Mount['propagation'] {
  const propagation: Mount['propagation'] = {};
  for (const field of fields) {
    const [name, group] = field.split(':');
    if (name === 'shared') propagation.shared = Number(group);
    else if (name === 'master') propagation.master = Number(group);
    else if (name === 'propagate_from') propagation.propagateFrom = Number(group);
    else if (name === 'unbindable') propagation.unbindable = true;
  }
  return propagation;
}
