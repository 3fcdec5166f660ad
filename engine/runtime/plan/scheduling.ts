/** `process.scheduler` and `process.ioPriority` (sched_setattr(2), ioprio_set(2)). */
import type { Step } from '../../kernel';
import type { Process } from '../config';

const policies = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const;

const schedulerFlags = {
  SCHED_FLAG_RESET_ON_FORK: 0x01,
  SCHED_FLAG_RECLAIM: 0x02,
  SCHED_FLAG_DL_OVERRUN: 0x04,
  SCHED_FLAG_KEEP_POLICY: 0x08,
  SCHED_FLAG_KEEP_PARAMS: 0x10,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40,
} as const;

const ioClasses = { IOPRIO_CLASS_RT: 1, IOPRIO_CLASS_BE: 2, IOPRIO_CLASS_IDLE: 3 } as const;
const IOPRIO_WHO_PROCESS = 1;

export function schedulingSteps({ scheduler, ioPriority }: Process): Step[] {
  const steps: Step[] = [];
  if (scheduler) {
    steps.push({ call: 'sched_setattr', args: [0, schedulerAttributes(scheduler), 0], about: scheduler.policy });
  }
  if (ioPriority) {
    const value = (ioClasses[ioPriority.class] << 13) | ioPriority.priority;
    steps.push({
      call: 'ioprio_set',
      args: [{ names: 'IOPRIO_WHO_PROCESS', value: IOPRIO_WHO_PROCESS }, 0, value],
      about: `${ioPriority.class} ${ioPriority.priority}`,
    });
  }
  return steps;
}

/** struct sched_attr, its first 48 bytes. */
function schedulerAttributes(scheduler: NonNullable<Process['scheduler']>): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  const set = (scheduler.flags ?? []).reduce((sum, flag) => sum | schedulerFlags[flag], 0);
  view.setUint32(0, bytes.byteLength, true);
  view.setUint32(4, policies[scheduler.policy], true);
  view.setBigUint64(8, BigInt(set), true);
  view.setInt32(16, scheduler.nice ?? 0, true);
  view.setUint32(20, scheduler.priority ?? 0, true);
  view.setBigUint64(24, BigInt(scheduler.runtime ?? 0), true);
  view.setBigUint64(32, BigInt(scheduler.deadline ?? 0), true);
  view.setBigUint64(40, BigInt(scheduler.period ?? 0), true);
  return bytes;
}
