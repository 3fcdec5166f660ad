/** Part 1.1 as a learner does it: everything is typed, everything is seen on the page. */
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';
import { watch } from './watch';

test('the OverlayFS lesson, from the first command to the challenge, with a reload in the middle', async ({ page }) => {
  const quiet = await watch(page);
  const lesson = new LessonPage(page, '1.1');
  await lesson.open('e2e-overlay-learner');
  await lesson.startLab();
  expect(new Set(await lesson.statuses())).toEqual(new Set(['open', 'locked']));

  const names = await namesOf(lesson);
  await lesson.run('cd ~; mkdir lower upper work merged');
  await lesson.expectTask('ingredients', 'open');
  await lesson.run(`echo printed > lower/${names.both}`);
  await lesson.run(`echo pencilled > upper/${names.both}`);
  await lesson.run(`echo ${names.grams} > lower/${names.only}`);
  await lesson.run(`echo chopped > lower/${names.doomed}`);
  await lesson.expectTask('ingredients', 'done');
  await lesson.run('echo upper > ~/guess-read');
  await lesson.expectTask('predict-read', 'done');

  const diagram = page.locator('.lower-pane');
  await expect(diagram).not.toContainText('/root/merged');
  await lesson.run('mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged');
  await lesson.expectTask('mount', 'done');
  await expect(diagram).toContainText('/root/merged');
  await expect(diagram).toContainText(names.both);

  // A wrong command is only that.
  await lesson.run('moutn overlay');
  await lesson.expectOnScreen(/command not found/);
  await lesson.run('echo before the reload');
  await page.reload();
  await lesson.expectOnScreen(/before the reload/);
  await lesson.expectTask('mount', 'done');
  await lesson.expectTask('copy-up', 'open');

  await lesson.run(`echo more >> merged/${names.only}`);
  await lesson.expectTask('copy-up', 'done');
  await lesson.run(`mv merged/${names.only} merged/${names.renamed}`);
  await lesson.expectTask('rename', 'done');
  await expect(page.locator('.lower-pane')).toContainText(names.renamed);
  await lesson.run('echo grow > ~/guess-delete');
  await lesson.run(`rm merged/${names.doomed}`);
  await lesson.expectTask('whiteout', 'done');
  await lesson.run('umount merged');
  await lesson.expectTask('unmount', 'done');

  for (const command of names.guessStack) await lesson.run(command);
  await lesson.expectTask('predict-stack', 'done');
  await lesson.run('mkdir -p box/upper box/work box/merged');
  await lesson.run(
    'mount -t overlay box -o lowerdir=image/app:image/runtime:image/base,upperdir=box/upper,workdir=box/work box/merged',
  );
  await lesson.expectTask('stack', 'done');
  await lesson.run(`rm -r box/merged/${names.folder}`);
  await lesson.run(`mkdir box/merged/${names.folder}`);
  await lesson.expectTask('opaque', 'done');
  await lesson.run('mkdir frozen');
  await lesson.run('mount -t overlay frozen -o lowerdir=image/app:image/base frozen');
  await lesson.expectTask('frozen', 'done');
  await lesson.run('umount box/merged');
  await lesson.run('mkdir twin twin-upper twin-work');
  await lesson.run(
    'mount -t overlay twin -o lowerdir=box/upper:image/app:image/runtime:image/base,upperdir=twin-upper,workdir=twin-work twin',
  );
  await lesson.expectTask('commit', 'done');
  expect(new Set(await lesson.statuses())).toEqual(new Set(['done']));
  await quiet.expectQuiet();
});

/** This learner's names, read off the page. */
async function namesOf(lesson: LessonPage) {
  const title = async (task: string) => (await lesson.task(task).locator('.task-title').textContent()) ?? '';
  const [, both = '', only = '', grams = '', doomed = ''] =
    /put (\S+) into lower and upper .* and (\S+) \(holding just the number (\d+)\) and (\S+) into lower/.exec(
      await title('ingredients'),
    ) ?? [];
  const [, renamed = ''] = /to (\S+), through/.exec(await title('rename')) ?? [];
  expect([both, only, grams, doomed, renamed]).not.toContain('');
  return { both, only, grams, doomed, renamed, folder: await folderOf(lesson), guessStack: [await guessOf(lesson)] };
}

/** The prose names the folder at its "Starting a directory over". */
async function folderOf(lesson: LessonPage): Promise<string> {
  const title = (await lesson.task('opaque').locator('.task-title').textContent()) ?? '';
  const [, folder = ''] = /\b(cache|manuals|samples)\b/.exec(title) ?? [];
  expect(folder).not.toBe('');
  return folder;
}

/** Which layer wins is for the learner to find out: `ls` in the layers tells. */
async function guessOf(lesson: LessonPage): Promise<string> {
  const title = (await lesson.task('predict-stack').locator('.task-title').textContent()) ?? '';
  const [, contested = ''] = /(\w+\.conf)/.exec(title) ?? [];
  await lesson.run(`cd ~; ls image/*/etc/${contested}`);
  const top = (await lesson.screen()).some((line) => line.includes(`image/app/etc/${contested}`)) ? 'app' : 'runtime';
  return `echo ${top} > ~/guess-stack`;
}
