/** `/proc/PID/cgroup` (cgroups(7)): `hierarchy:controllers:path`, one line a hierarchy; the v2 line is `0::path`. */

/** The path in the hierarchy that has `controller`, or in the v2 one when `controller` is empty; null when absent. */
export function parseCgroupPath(text: string, controller: string): string | null {
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (second < 0) continue;
    const controllers = line.slice(first + 1, second);
    if (controller === '' ? controllers === '' : controllers.split(',').includes(controller))
      return line.slice(second + 1);
  }
  return null;
}
