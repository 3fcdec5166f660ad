/** A short way into each lesson but the first: its commands as the page gives them to this learner, typed into its terminals. */
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';
import { watch } from './watch';

interface Journey {
  number: string;
  tasks: string[];
  /** The diagram the lesson opens with, and what it shows at the end. */
  shows: { diagram: string; text: RegExp };
}

const journeys: Journey[] = [
  { number: '1.2', tasks: ['own-number', 'apart', 'predict-life'], shows: { diagram: 'Namespaces', text: /uts/i } },
  { number: '1.2.1', tasks: ['own-tree', 'vault'], shows: { diagram: 'Mounts', text: /\/mnt/ } },
  { number: '1.2.2', tasks: ['own-name', 'pin'], shows: { diagram: 'Namespaces', text: /uts/i } },
  { number: '1.2.3', tasks: ['segment', 'isolated'], shows: { diagram: 'IPC', text: /shm|segment/i } },
  { number: '1.2.4', tasks: ['be-one', 'own-proc'], shows: { diagram: 'Processes', text: /unshare/ } },
  { number: '1.2.5', tasks: ['own-stack', 'cable', 'talk'], shows: { diagram: 'Network', text: /cable0/ } },
  { number: '1.2.6', tasks: ['own-map', 'rename'], shows: { diagram: 'Users', text: /1000/ } },
  { number: '1.3.2', tasks: ['create', 'start'], shows: { diagram: 'Containers', text: /running/i } },
  { number: '1.4.2', tasks: ['version', 'add'], shows: { diagram: 'CNI', text: /ADD/ } },
];

for (const { number, tasks, shows } of journeys) {
  test(`lesson ${number}: ${tasks.join(', ')}`, async ({ page }) => {
    const quiet = await watch(page);
    const lesson = new LessonPage(page, number);
    await lesson.open(`e2e-learner-${number.replaceAll('.', '-')}`);
    await lesson.startLab();
    expect(await lesson.statuses()).not.toContain('done');
    for (const task of tasks) await lesson.solve(task);
    const pane = page.locator('.lower-pane');
    await expect(pane.getByRole('tab', { name: shows.diagram, exact: true })).toHaveAttribute('aria-selected', 'true');
    await expect(pane).toContainText(shows.text);
    await quiet.expectQuiet();
  });
}
