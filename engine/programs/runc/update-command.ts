/** update: its flags, as `linux.resources`. */
import { parseResources, type Resources, update } from '../../runtime';
import { type Call, value } from '../command-line';
import { containerId, one, pathOf, type RuntimeCommand, type Session } from './session';

const resources = value(
  'resources',
  { alias: 'r', usage: 'path to the file with the resources to update, - for standard input' },
  String,
);
const number = (name: string, usage: string) => value(name, { usage }, wholeNumber);
const size = (name: string, usage: string) => value(name, { usage }, bytes);
const flags = {
  memory: size('memory', 'memory limit (in bytes)'),
  memoryReservation: size('memory-reservation', 'memory reservation or soft limit (in bytes)'),
  memorySwap: size('memory-swap', 'total memory usage (memory + swap); -1 for unlimited swap'),
  cpuPeriod: number('cpu-period', 'CPU CFS period to be used for hardcapping (in usecs)'),
  cpuQuota: number('cpu-quota', 'CPU CFS hardcap limit (in usecs)'),
  cpuBurst: number('cpu-burst', 'CPU CFS hardcap burst limit (in usecs)'),
  cpuShare: number('cpu-share', 'CPU shares (relative weight vs. other containers)'),
  cpuRtPeriod: number('cpu-rt-period', 'CPU realtime period to be used for hardcapping (in usecs)'),
  cpuRtRuntime: number('cpu-rt-runtime', 'CPU realtime hardcap limit (in usecs)'),
  cpuIdle: number('cpu-idle', 'set CPU idle'),
  cpusetCpus: value('cpuset-cpus', { usage: 'CPU(s) to use' }, String),
  cpusetMems: value('cpuset-mems', { usage: 'memory node(s) to use' }, String),
  blkioWeight: number('blkio-weight', 'per cgroup weight, between 10 and 1000'),
  pidsLimit: number('pids-limit', 'maximum number of pids allowed in the container'),
};

export const updateCommand: RuntimeCommand = {
  name: 'update',
  usage: 'update container resource constraints',
  arguments: containerId,
  words: one,
  flags: [resources, ...Object.values(flags)],
  async run(session, call) {
    const [id = ''] = call.words;
    const file = call.of(resources);
    await update(session.context, id, file === undefined ? resourcesOf(call) : await read(session, file));
  },
};

async function read(session: Session, file: string): Promise<Resources> {
  const { process } = session;
  if (file === '-') return parseResources(new TextDecoder().decode(await process.readInput()), 'standard input');
  const text = process.system.files.read(pathOf(session, file));
  if (text === null) throw new Error(`open ${file}: no such file or directory`);
  return parseResources(text, file);
}

function resourcesOf({ of }: Call): Resources {
  const [weight, limit] = [of(flags.blkioWeight), of(flags.pidsLimit)];
  return {
    memory: { limit: of(flags.memory), reservation: of(flags.memoryReservation), swap: of(flags.memorySwap) },
    cpu: {
      period: of(flags.cpuPeriod),
      quota: of(flags.cpuQuota),
      burst: of(flags.cpuBurst),
      shares: of(flags.cpuShare),
      realtimePeriod: of(flags.cpuRtPeriod),
      realtimeRuntime: of(flags.cpuRtRuntime),
      idle: of(flags.cpuIdle),
      cpus: of(flags.cpusetCpus),
      mems: of(flags.cpusetMems),
    },
    ...(weight !== undefined && { blockIO: { weight } }),
    ...(limit !== undefined && { pids: { limit } }),
  };
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Error('a whole number is needed');
  return Number(text);
}

/** `64M`, `1G`, `4096`, `-1`. */
function bytes(text: string): number {
  const [, amount, unit] = /^(-?\d+)([kmgt]?)i?b?$/i.exec(text) ?? [];
  if (amount === undefined) throw new Error('a number of bytes is needed, such as 4096 or 64M');
  return Number(amount) * 1024 ** ' kmgt'.indexOf(unit?.toLowerCase() || ' ');
}
