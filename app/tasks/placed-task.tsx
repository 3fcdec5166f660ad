/** `<Task id="..." />` in the prose: the card of that task of the lesson. */
import type { ComponentType } from 'react';
import type { LessonFacts } from '../lab/facts';
import { TaskCard } from './task-card';

/** Errors: a task the lesson does not have, with the file's name. */
export function placedTask(lesson: LessonFacts, file: string): ComponentType<{ id: string }> {
  return function Task({ id }) {
    const index = lesson.tasks.findIndex((task) => task.id === id);
    if (index === -1) {
      const known = lesson.tasks.map((task) => task.id).join(', ');
      throw new Error(`${file}: <Task id="${id}" /> names no task of lesson ${lesson.number}; it has ${known}`);
    }
    return <TaskCard id={id} number={index + 1} />;
  };
}
