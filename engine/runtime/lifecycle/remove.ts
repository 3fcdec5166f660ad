/** Takes away all that is left of a container whose process has ended. */
import type { Container } from './container';

export async function removeTraces({ record, cgroup, context }: Container): Promise<void> {
  const { system, store } = context;
  await cgroup.remove();
  for (const path of record.mounted) system.unmount(path);
  store.remove(record.id);
}
