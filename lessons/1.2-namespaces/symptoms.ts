/** One symptom of each kind of namespace, without its name. No quotation marks: they go through a shell. */
import type { NamespaceKind } from '../../engine/state';

export const symptoms: Readonly<Record<NamespaceKind, string>> = {
  mnt: 'A disk is unmounted in one shell; another shell goes on reading its files.',
  uts: 'The prompt of one shell shows another host name. Nothing else is different.',
  ipc: 'Two programs ask for the shared memory segment with key 7 and never meet.',
  pid: 'A program is sure that it is process 1; the rest of the machine calls it 4711.',
  net: 'Two servers on one kernel both listen on port 80, and neither complains.',
  user: 'id says root, and yet the files it makes belong to an ordinary user.',
  cgroup: 'A process is held to a limit, but its own control group looks like the topmost one.',
  time: 'The uptime is a few seconds, although the machine was not restarted; date is the same as ever.',
};
