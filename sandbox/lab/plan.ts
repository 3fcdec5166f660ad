import type { LabLimits, LabSpec } from '../../engine/kernel';
import { fillIn, type LessonDefinition, type Vars, varsFor } from '../../lessons';
import { LabError, messageOf } from './errors';
import { type LessonFiles, topologyOf } from './topology';

export interface Plan {
  vars: Vars;
  spec: LabSpec;
}

/**
 * What a lesson asks for, with one learner's values. Throws `LabError` `boot-failed` when the lesson has a mistake: told
 * to whoever asked for it, before there is anything that would have to be taken down again.
 */
export function planFor(
  lesson: LessonDefinition,
  { learner, id, files, limits }: { learner: string; id: string; files: LessonFiles; limits: LabLimits },
): Plan {
  try {
    const vars = varsFor(lesson, learner);
    for (const { title } of lesson.tasks) fillIn(title, vars);
    return { vars, spec: topologyOf(lesson, { id, vars, files, limits }) };
  } catch (error) {
    throw new LabError('boot-failed', `lesson ${lesson.number} has a mistake: ${messageOf(error)}`);
  }
}
