import { type Scene, sceneOf } from '../model/scene';
import { StateTimeline } from '../timeline';
import type { Story } from './build';

/** The scene a learner sees right after a story's last command, or after an earlier one (the first is 1). */
export function lastSceneOf({ start, steps }: Story, step = steps.length): Scene {
  const timeline = new StateTimeline();
  timeline.observe(0, start);
  steps.slice(0, step).forEach(({ line, state }, index) => {
    timeline.command({ at: index * 10 + 1, terminal: 'one', line });
    timeline.observe(index * 10 + 2, state);
  });
  return sceneOf(timeline.changesAt());
}
