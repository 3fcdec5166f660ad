/**
 * Labs on the simulated kernel, in whatever thread this runs: a browser's worker, a thread of the server, a test. Nothing
 * here is of Node or of a browser; what it needs of either is given.
 */
import { SimHost } from '../../engine/kernel/sim';
import { openEngineSource } from '../../engine/observe';
import { imageEntries, program } from '../../engine/programs/simulated';
import type { LessonDefinition } from '../../lessons';
import { converse } from '../conversation';
import type { Clock, LabOptions, LessonFiles, LimitOptions } from '../lab';
import { defaultLabLimits } from '../lab';
import { Labs } from '../labs';
import type { Driver } from './driver';

export interface SimDriverOptions {
  clock: Clock;
  /** Milliseconds since 1970. */
  wallClock(): number;
  newId(): string;
  lessonByNumber(number: string): LessonDefinition | undefined;
  readFiles(lesson: LessonDefinition): Promise<LessonFiles>;
  onTaskChange?: LabOptions['onTaskChange'];
  onMistake?: LabOptions['onMistake'];
  times: LimitOptions;
  graceMs: number;
  maxLabs: number;
}

export function createSimDriver(options: SimDriverOptions): Driver {
  const { clock, wallClock } = options;
  const host = simHost(clock, wallClock);
  const labs = new Labs({
    ...options,
    host,
    limits: defaultLabLimits,
    onTaskChange: options.onTaskChange ?? (() => undefined),
  });
  return {
    name: 'sim',
    availability: () => host.availability(),
    get count() {
      return labs.count;
    },
    prepare: () => host.sweep(),
    serve: (channel) => converse(labs, channel),
    dispose: (reason) => labs.dispose(reason),
  };
}

/** The simulator with our userland. */
export function simHost(clock: Clock, wallClock: () => number): SimHost {
  return new SimHost({
    image: imageEntries,
    programs: program,
    openSource: openEngineSource,
    wallClock,
    pace: {
      now: () => clock.now(),
      after(ms, run) {
        if (ms > 0) return clock.after(ms, run);
        let cancelled = false;
        clock.soon(() => {
          if (!cancelled) run();
        });
        return {
          dispose() {
            cancelled = true;
          },
        };
      },
    },
  });
}
