/** The proc connector (linux/cn_proc.h): what happens to processes, told by netlink. */

export type ProcessEvent =
  | { kind: 'fork'; pid: number; parent: number }
  | { kind: 'exec' | 'exit' | 'change'; pid: number };

const CN_IDX_PROC = 1;
const connectorHeader = 20;
const eventHeader = 16;
const kinds = new Map<number, ProcessEvent['kind']>([
  [0x1, 'fork'],
  [0x2, 'exec'],
  [0x4, 'change'], // uid
  [0x40, 'change'], // gid
  [0x80, 'change'], // sid
  [0x200, 'change'], // comm
  [0x80000000, 'exit'],
]);

/**
 * An event from the payload of a connector message (`struct cn_msg` with `struct proc_event`). Null for events of
 * single threads, which change nothing we show, and of no interest.
 */
export function decodeProcessEvent(payload: Buffer): ProcessEvent | null {
  if (payload.length < connectorHeader + eventHeader + 8 || payload.readUInt32LE(0) !== CN_IDX_PROC) return null;
  const kind = kinds.get(payload.readUInt32LE(connectorHeader));
  const data = connectorHeader + eventHeader;
  if (kind === undefined) return null;
  if (kind === 'fork') {
    if (payload.length < data + 16) return null;
    const pid = payload.readInt32LE(data + 8);
    if (pid !== payload.readInt32LE(data + 12)) return null;
    return { kind, pid, parent: payload.readInt32LE(data + 4) };
  }
  const pid = payload.readInt32LE(data + 4);
  if (kind === 'exit' && pid !== payload.readInt32LE(data)) return null;
  return { kind, pid };
}

/** The netlink payload that subscribes: `struct cn_msg` with PROC_CN_MCAST_LISTEN. */
export function listenRequest(): Buffer {
  const PROC_CN_MCAST_LISTEN = 1;
  const request = Buffer.alloc(connectorHeader + 4);
  request.writeUInt32LE(CN_IDX_PROC, 0);
  request.writeUInt32LE(CN_IDX_PROC, 4);
  request.writeUInt16LE(4, 16);
  request.writeUInt32LE(PROC_CN_MCAST_LISTEN, connectorHeader);
  return request;
}
