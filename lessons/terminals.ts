import type { LessonDefinition } from './define';

export interface FirstTerminal {
  /** `t1`, `t2` ... in the order of the lesson. */
  terminal: string;
  machine: string;
  user: 'root' | 'learner';
}

/** The terminals that are open at the start: one on the first Machine as root unless the lesson says otherwise. */
export function firstTerminals({ terminals, machines: [first] }: LessonDefinition): FirstTerminal[] {
  const opened = terminals ?? (first ? [{ machine: first.name, user: 'root' as const }] : []);
  return opened.map(({ machine, user }, index) => ({ terminal: `t${index + 1}`, machine, user }));
}
