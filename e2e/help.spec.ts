/** Around the terminal: hints, solutions by click, files, another start, keys. */
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';

let lesson: LessonPage;
test.beforeEach(async ({ page }) => {
  lesson = new LessonPage(page, '1.1');
  await lesson.open('e2e-help-learner');
  await lesson.startLab();
});

test('a hint follows what the learner has done', async () => {
  const card = lesson.task('ingredients');
  await card.getByRole('button', { name: /hint/i }).click();
  await expect(card.locator('.task-hint')).toContainText('lower, upper, work, merged');
  await lesson.run('mkdir lower upper');
  await card.getByRole('button', { name: /hint/i }).click();
  await expect(card.locator('.task-hint')).toContainText('work, merged');
  await expect(card.locator('.task-hint')).not.toContainText('upper,');
});

test('a command in the text is run by a click', async ({ page }) => {
  await page.getByRole('button', { name: 'Run: cd ~', exact: true }).first().click();
  await lesson.expectOnScreen(/# cd ~/);
});

test('a file saved in the editor is in the Machine', async ({ page }) => {
  await lesson.run('echo before > note.txt');
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('button', { name: 'note.txt' }).click();
  const editor = page.locator('.monaco-editor').first();
  await expect(editor).toContainText('before');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('after');
  await page.keyboard.press('Control+s');
  await expect
    .poll(async () => {
      await lesson.run('clear; cat note.txt');
      return (await lesson.screen()).join('\n');
    })
    .toMatch(/^after/m);
});

test('a reset gives a fresh machine in the same place', async ({ page }) => {
  await lesson.run('touch leftover');
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Reset the lab' }).click();
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect
    .poll(async () => {
      await lesson.run('clear; ls');
      return (await lesson.screen()).join('\n');
    })
    .not.toContain('leftover');
});
