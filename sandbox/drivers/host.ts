/**
 * The `host` driver: labs whose Machines stand straight on this kernel, in this process. For one trusted user and for
 * tests: a Machine shares the kernel with the host, so whoever breaks the kernel leaves the lab.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { KernelHost } from '../../engine/kernel';
import { type LessonDefinition, lessonByNumber } from '../../lessons';
import { converse } from '../conversation';
import { type LabOptions, systemClock } from '../lab';
import { Labs } from '../labs';
import { readLessonFiles } from '../lesson-files';
import { type HostSettings, readHostSettings } from '../settings';
import type { Driver } from './driver';

const lessonsDirectory = fileURLToPath(new URL('../../lessons', import.meta.url));

export interface HostDriverOptions {
  /** `new LinuxHost(...)`. */
  host: KernelHost;
  onTaskChange?: LabOptions['onTaskChange'];
  /** From the environment by default. */
  settings?: HostSettings;
  /** The course by default. */
  lessonByNumber?: (number: string) => LessonDefinition | undefined;
}

export function createHostDriver(options: HostDriverOptions): Driver {
  const { host } = options;
  const labs = new Labs({
    host,
    lessonByNumber: options.lessonByNumber ?? lessonByNumber,
    readFiles: (lesson) => readLessonFiles(lesson, lessonsDirectory),
    clock: systemClock,
    newId: () => randomBytes(16).toString('hex'),
    onTaskChange: options.onTaskChange ?? (() => undefined),
    ...(options.settings ?? readHostSettings(process.env)),
  });
  return {
    name: 'host',
    availability: () => host.availability(),
    get count() {
      return labs.count;
    },
    prepare: async () => (host.availability().available ? host.sweep() : []),
    serve: (channel) => converse(labs, channel),
    dispose: (reason) => labs.dispose(reason),
  };
}
