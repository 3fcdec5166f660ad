/** The diagram of a running lab: what it says in words, how it goes back in time, and that everybody can use it. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';
import { watch } from './watch';

const overlay = [
  'mkdir lower upper work merged; echo a > lower/first.txt; echo b > lower/second.txt',
  'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged',
  'rm merged/second.txt',
];

test('it says what each command changed, and goes back to before it', async ({ page }) => {
  const lesson = new LessonPage(page, '1.1');
  await lesson.open('e2e-diagram-learner');
  await lesson.startLab();
  for (const command of overlay) await lesson.run(command);
  const changes = page.getByRole('region', { name: 'What changed' });
  await expect(changes).toContainText('mounted overlay on /root/merged');
  await expect(changes).toContainText('whiteout for second.txt');

  const history = page.getByRole('slider', { name: 'Lab history' });
  await history.focus();
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'false');
  await expect(page.locator('.dg-canvas')).not.toContainText('/root/merged');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.dg-canvas')).toContainText('/root/merged');

  await page.getByRole('button', { name: 'As text' }).click();
  await expect(page.locator('.dg-canvas')).toContainText(/second\.txt/);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 3840, height: 2160 },
  ]) {
    test.describe(`${colorScheme}, ${viewport.width} pixels`, () => {
      test.use({ colorScheme, viewport });

      test('a running lab is accessible and stays in its place', async ({ page }) => {
        const quiet = await watch(page);
        const lesson = new LessonPage(page, '1.1');
        await lesson.open('e2e-sizes-learner');
        await lesson.startLab();
        for (const command of overlay) await lesson.run(command);
        if (viewport.width < 500) await page.getByRole('button', { name: 'Diagram' }).click();
        await expect(page.locator('.dg-canvas')).toContainText('/root/merged');
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
        await quiet.expectQuiet();
      });
    });
  }
}
