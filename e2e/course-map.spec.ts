import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { watch } from './watch';

const sizes = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 390, height: 844 },
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { name, ...viewport } of sizes) {
    test.describe(`${colorScheme}, ${name}`, () => {
      test.use({ colorScheme, viewport });

      test('the course map shows all 88 sections, and which can be done today', async ({ page }) => {
        const quiet = await watch(page);
        await page.goto('/');
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        const lessons = page.locator('main a[href^="/lesson/"]');
        for (const number of ['1.1', '1.2', '1.2.1', '1.2.2', '1.2.3', '1.2.4', '1.2.5', '1.2.6']) {
          await expect(lessons.and(page.locator(`[href="/lesson/${number}"]`)).first()).toBeVisible();
        }
        await expect(page.getByText('Kubernetes', { exact: false }).first()).toBeVisible();
        await expect(page.getByText(/planned/i).first()).toBeVisible();
        await expectNoSideScroll(page);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await quiet.expectQuiet();
      });

      test('a lesson page can be read, and can be read out', async ({ page }) => {
        const quiet = await watch(page);
        await page.goto('/lesson/1.1');
        await expect(page.getByRole('heading', { level: 1, name: 'OverlayFS' })).toBeVisible();
        await expectNoSideScroll(page);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await quiet.expectQuiet();
      });
    });
  }
}

test('a link to a heading leads to it', async ({ page }) => {
  await page.goto('/lesson/1.1#deleting');
  await expect(page.getByRole('heading', { name: 'Deleting' })).toBeInViewport();
});

test('an unknown lesson is a page that says so', async ({ page }) => {
  const response = await page.goto('/lesson/9.9');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('link', { name: /course/i }).first()).toBeVisible();
});

async function expectNoSideScroll(page: import('@playwright/test').Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
}
