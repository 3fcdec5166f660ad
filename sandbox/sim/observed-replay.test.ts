/** What a lab's state has of containers and images is the same, at the same moments, when the lab is played again. */
import { expect, test } from 'vitest';
import type { ContainerStatus } from '../../engine/state';
import { defineLesson, type Task } from '../../lessons';
import { systemClock } from '../lab';
import { parseRecording } from '../lab/recording';
import { replay } from '../replay';
import { record } from '../testing/recorder';

/** It was in that state once, however short. */
const was = (status: ContainerStatus, ...steps: [string, ...string[]]): Task => ({
  id: status,
  title: status,
  points: 1,
  kind: 'edge',
  check: ({ state }) => Object.values(state.containers).some((container) => container.status === status),
  hints: [{ id: 'none', text: () => '' }],
  solutions: [{ title: status, steps }],
  pitfalls: [],
});

const bundle = `mkdir -p b/rootfs/bin; cd b; cp /usr/bin/busybox rootfs/bin/sleep; runc spec
  sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sleep", "600"/' config.json`.replaceAll('\n', ';');

const lesson = defineLesson({
  number: '9.8',
  slug: 'observed',
  title: 'Containers',
  goal: 'See them.',
  minutes: 1,
  machines: [{ name: 'lab', hostname: 'lab' }],
  diagrams: [],
  tasks: [
    was('created', bundle, 'runc create one; runc start one; runc pause one; runc resume one; runc kill one KILL'),
    was('running', 'true'),
    was('paused', 'true'),
    was('stopped', 'runc delete one'),
  ],
});

test('states of containers, each of which may be over at once', async () => {
  const parsed = parseRecording(await record({ lesson, files: {}, learner: 'learner-1', way: 0 }));
  if (!parsed.ok) throw new Error(parsed.problem);
  const { recording } = parsed;
  expect(recording.claim.tasks).toEqual({ created: 'done', running: 'done', paused: 'done', stopped: 'done' });
  const verdict = await replay({ recording, lesson, files: {}, clock: systemClock });
  expect(verdict).toEqual({ ok: true, tasks: recording.claim.tasks, hash: recording.claim.hash });
});
