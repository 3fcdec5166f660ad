/** The terminal as people use terminals: wrong commands, Ctrl-C, pastes, an editor, a lot of output, a second window. */
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';

let lesson: LessonPage;
test.beforeEach(async ({ page }) => {
  lesson = new LessonPage(page, '1.1');
  await lesson.open('e2e-terminal-learner');
  await lesson.startLab();
});

test('Ctrl-C ends what runs, Ctrl-D the shell', async () => {
  await lesson.type('sleep 1000');
  await lesson.press('Control+c');
  await lesson.run('echo "exit: $?"');
  await lesson.expectOnScreen(/exit: 130/);
});

test('endless output stops at Ctrl-C, and the shell goes on', async () => {
  await lesson.type('yes the same again and again');
  await lesson.expectOnScreen(/the same again and again\nthe same again and again/);
  await lesson.press('Control+c');
  await lesson.run('clear');
  await lesson.run('echo still here');
  await lesson.expectOnScreen(/still here/);
});

test('what is pasted arrives whole, and waits for Enter', async ({ page }) => {
  await page.evaluate(
    (text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document
        .querySelector('.xterm-helper-textarea')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    },
    `echo ${'x'.repeat(5000)} | wc -c`,
  );
  await lesson.press('Enter');
  await lesson.expectOnScreen(/^5001$/m);
});

test('an editor fills the screen and gives it back', async ({ page }) => {
  await lesson.type('vim /root/poem.txt');
  await lesson.expectOnScreen(/poem\.txt/);
  await page.keyboard.type('iroses are red');
  await page.keyboard.press('Escape');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await lesson.run('cat poem.txt');
  await lesson.expectOnScreen(/^roses are red$/m);
});

test('the size of the window is the size of the terminal', async ({ page }) => {
  let asked = 0;
  const columns = async () => {
    asked += 1;
    const answer = new RegExp(`^size ${asked} is (\\d+)$`, 'm');
    await lesson.run(`echo size ${asked} is $(tput cols)`);
    await lesson.expectOnScreen(answer);
    return Number(answer.exec((await lesson.screen()).join('\n'))?.[1]);
  };
  const wide = await columns();
  await page.setViewportSize({ width: 1000, height: 700 });
  await expect.poll(columns).toBeLessThan(wide);
});

test('a second window sees the same lab and can type in it', async ({ page, context }) => {
  const lab = await page.evaluate(() => sessionStorage.getItem('underlay.lab.1.1'));
  const other = new LessonPage(await context.newPage(), '1.1');
  await other.page.addInitScript((id) => sessionStorage.setItem('underlay.lab.1.1', id ?? ''), lab);
  await other.open('e2e-terminal-learner');
  await other.expectOnScreen(/[#$]$/m);
  await other.run('echo from the other window');
  await page.bringToFront();
  await lesson.expectOnScreen(/from the other window/);
});

test('a lost connection comes back with everything that was printed meanwhile', async ({ page, context }) => {
  await lesson.type('for i in 1 2 3 4 5 6; do echo tick $i; sleep 0.5; done; echo over');
  await lesson.expectOnScreen(/tick 1/);
  await context.setOffline(true);
  await expect(page.getByText('The connection is cut')).toBeVisible({ timeout: 60_000 });
  await context.setOffline(false);
  await lesson.expectOnScreen(/tick 1\ntick 2\ntick 3\ntick 4\ntick 5\ntick 6\nover/);
});
