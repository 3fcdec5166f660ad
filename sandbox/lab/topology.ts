import type { LabLimits, LabSpec, MachineSpec } from '../../engine/kernel';
import { fillIn, type LessonDefinition, type Vars } from '../../lessons';

/** Files a lesson hands to its learner, by Machine: absolute path to content. */
export type LessonFiles = Readonly<Record<string, NonNullable<MachineSpec['files']>>>;

export const defaultLabLimits: LabLimits = {
  pids: 512,
  memoryBytes: 512 * 1024 * 1024,
  cpus: 1,
  diskBytes: 256 * 1024 * 1024,
};

/** What the kernel has to boot for a lesson. */
export function topologyOf(
  lesson: LessonDefinition,
  options: { id: string; vars: Vars; files: LessonFiles; limits: LabLimits },
): LabSpec {
  return {
    id: options.id,
    machines: lesson.machines.map(({ name, hostname, setup }) => {
      const machine: MachineSpec = { id: name, hostname: hostname ?? name };
      const files = options.files[name];
      if (files) machine.files = files;
      if (setup !== undefined) machine.setup = fillIn(setup, options.vars);
      return machine;
    }),
    links: (lesson.links ?? []).map(({ ends: [left, right] }) => ({ ends: [{ ...left }, { ...right }] })),
    limits: options.limits,
  };
}
