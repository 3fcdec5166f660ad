/** What the process of a plan tells whoever runs it: records of reported values and of failed steps (`image.ts`). */
import { KernelError } from '../port';
import type { CompiledPlan } from './compile';
import { subjectOf } from './describe';
import { recordSize } from './image';
import type { Plan } from './plan';

/** A value the plan reported (`report` step), by its name there. */
export interface Report {
  name: string;
  value: number;
}

interface PlanRecord {
  address: number;
  failed: boolean;
  value: number;
}

/** Cuts a stream of bytes into records. */
export class RecordStream {
  #rest = new Uint8Array();

  take(chunk: Uint8Array): PlanRecord[] {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const view = new DataView(bytes.buffer);
    const records: PlanRecord[] = [];
    let at = 0;
    for (; at + recordSize <= bytes.length; at += recordSize) {
      records.push({
        address: Number(view.getBigUint64(at, true)),
        failed: view.getBigUint64(at + 8, true) !== 0n,
        value: Number(view.getBigInt64(at + 16, true)),
      });
    }
    this.#rest = bytes.slice(at);
    return records;
  }
}

/** What a record means: a report, or the `KernelError` of a failed step. */
export function meaningOf(
  plan: Plan,
  compiled: CompiledPlan,
  record: PlanRecord,
  errnoName: (errno: number) => string,
): Report | Error {
  const step = compiled.stepAt(record.address);
  if (step && 'report' in step && !record.failed) return { name: step.report, value: record.value };
  const call = step && 'call' in step ? step : step && 'fork' in step ? step.fork : undefined;
  if (!call) return new Error(`${plan.name}: unexpected report of ${record.value} from ${record.address.toString(16)}`);
  const { operation, object } = subjectOf(call);
  return new KernelError(errnoName(-record.value), operation, object, plan.name);
}
