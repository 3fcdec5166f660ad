import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeNamespaces } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: IPC objects of the real kernel (${reason})`);

describe.skipIf(reason)('IPC objects of a lab', () => {
  let lab: ScratchMachine;
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it('shows System V objects made with ipcmk, in their namespace only, and that they are gone', async () => {
    await lab.run('ipcmk -M 4096 -p 0640 && ipcmk -S 3 && ipcmk -Q && unshare -i sleep 1000 &');
    const segment = await lab.until(
      ({ ipc }) => Object.keys(ipc).length === 3 && Object.values(ipc).find((it) => it.kind === 'shm'),
    );
    const own = lab.observer.state.machines.lab?.namespaces.ipc;
    expect(segment).toMatchObject({ ns: own, name: null, ownerUid: 0, mode: 0o640, size: 4096, attached: 0 });
    const sizes = Object.values(lab.observer.state.ipc).map(({ kind, size }) => `${kind} ${size}`);
    expect(sizes.sort()).toEqual(['msg 0', 'sem 3', 'shm 4096']);
    const other = await lab.until((state) => madeNamespaces(state, 'ipc')[0]);
    expect(Object.values(lab.observer.state.ipc).some(({ ns }) => ns === other.id)).toBe(false);
    await lab.run('ipcrm -a');
    await lab.until(({ ipc }) => Object.keys(ipc).length === 0);
  });

  it('shows POSIX queues with their waiting messages, mounted or not', async () => {
    const script = `
import ctypes
c = ctypes.CDLL(None, use_errno=True)
q = c.mq_open(b'/mail', 0o102, 0o600, None)
assert q >= 0, ctypes.get_errno()
for i in range(3): assert c.mq_send(q, b'hello', 5, 1) == 0`;
    await lab.run(`python3 -c "${script}"`);
    const queue = await lab.until(({ ipc }) =>
      Object.values(ipc).find(({ kind, size }) => kind === 'mqueue' && size > 0),
    );
    expect(queue).toMatchObject({ name: '/mail', key: null, ownerUid: 0, mode: 0o600, size: 3 });
    await lab.run(`python3 -c "import ctypes; ctypes.CDLL(None).mq_unlink(b'/mail')"`);
    await lab.until(({ ipc }) => Object.keys(ipc).length === 0);
  });
});
