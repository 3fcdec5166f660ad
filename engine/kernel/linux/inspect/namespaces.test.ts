import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabState, madeNamespaces, type NamespaceKind } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: namespaces of the real kernel (${reason})`);

const flags: Array<[NamespaceKind, string]> = [
  ['mnt', '-m'],
  ['uts', '-u'],
  ['ipc', '-i'],
  ['net', '-n'],
  ['user', '-U'],
  ['cgroup', '-C'],
  ['time', '-T -f'],
  ['pid', '-p -f'],
];
const none = (kind: NamespaceKind) => (state: LabState) => madeNamespaces(state, kind).length === 0;

describe.skipIf(reason)('namespaces of a lab', () => {
  let lab: ScratchMachine;
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it.each(flags)('shows a %s namespace made with unshare %s, and that it is gone', async (kind, flag) => {
    await lab.run(`unshare ${flag} sleep 1000 & echo`);
    const made = await lab.until((state) => madeNamespaces(state, kind)[0]);
    expect(made).toMatchObject({ kind, initial: false, pins: [] });
    expect(made.owner).toMatch(/^user:/);
    await lab.run('pkill -KILL -x sleep; wait');
    await lab.until(none(kind));
  });
});
