/** ioctl(2): the requests plans make, of terminals, network devices and namespaces. */
import { SysError } from '../../abi/errno';
import { decode } from '../../bytes';
import type { Blocking } from '../../sched/blocking';
import type { PlanCall } from '../plan-call';

const IFNAMSIZ = 16;
const IFF_UP = 1;

export function ioctl(call: PlanCall): number | void | Blocking<number> {
  const { sys } = call;
  const fd = call.int(0);
  switch (call.unsigned(1)) {
    case 0x540e: // TIOCSCTTY
      return sys.setControllingTerminal(fd);
    case 0x5422: // TIOCNOTTY
      return sys.dropControllingTerminal(fd);
    case 0x5414: // TIOCSWINSZ
      return setWindowSize(call, fd);
    case 0x80045430: // TIOCGPTN
      return call.memory.setInt(call.size(2), sys.ptsNumber(fd));
    case 0x40045431: // TIOCSPTLCK: terminals here are never locked
      sys.ptsNumber(fd);
      return;
    case 0x5441: // TIOCGPTPEER
      return sys.openPeer(fd, call.int(2));
    case 0x541b: // FIONREAD
      return call.memory.setInt(call.size(2), sys.available(fd));
    case 0x8914: // SIOCSIFFLAGS
      return setInterfaceFlags(call);
    case 0xb701: // NS_GET_USERNS
      return sys.nsGetUserns(fd);
    case 0xb702: // NS_GET_PARENT
      return sys.nsGetParent(fd);
    case 0xb703: // NS_GET_NSTYPE
      return sys.nsGetType(fd);
    default:
      call.kernel.vfs.getFile(call.task, fd);
      throw new SysError('ENOTTY');
  }
}

function setWindowSize(call: PlanCall, fd: number): void {
  const at = call.size(2);
  call.sys.setWinsize(fd, { rows: call.memory.half(at), cols: call.memory.half(at + 2) });
}

/** struct ifreq: the name, then the flags. Only up and down are modelled. */
function setInterfaceFlags(call: PlanCall): void {
  const at = call.size(2);
  const [name = ''] = decode(call.memory.bytes(at, IFNAMSIZ)).split('\0');
  const link = call.sys.links().find((one) => one.name === name);
  if (!link) throw new SysError('ENODEV');
  call.sys.linkSet(link.index, { up: (call.memory.half(at + IFNAMSIZ) & IFF_UP) !== 0 });
}
