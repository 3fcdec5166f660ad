/** A learner at a lesson's page: reads, types, looks. Everything goes through what is on the screen. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Looks often: by itself a poll slows down to once a second, and a journey is many short waits. */
const patient = { intervals: [50] };

export class LessonPage {
  /** Place among the tabs of each terminal that a solution named. */
  private readonly named = new Map<string, number>();

  constructor(
    readonly page: Page,
    readonly number: string,
  ) {}

  /** Opens the lesson as a known learner, with the terminal's text in the accessibility tree: what is read is on the screen. */
  async open(learner: string, server = ''): Promise<void> {
    await this.page.addInitScript((name) => {
      localStorage.setItem('underlay.learner', name);
      localStorage.setItem('underlay.accessible-terminal', 'true');
    }, learner);
    await this.page.goto(`${server}/lesson/${this.number}`);
  }

  async startLab(button = 'Start the lab'): Promise<void> {
    await this.page.getByRole('button', { name: button }).first().click();
    await this.untilPrompt();
  }

  /** Types a command line key by key and waits until the shell asks for the next. */
  async run(command: string): Promise<void> {
    await this.type(command);
    await this.untilPrompt(command);
  }

  async type(command: string): Promise<void> {
    await this.terminal.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(command);
    await this.page.keyboard.press('Enter');
  }

  async press(key: string): Promise<void> {
    await this.terminal.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.press(key);
  }

  /** Lines on the screen of the terminal in front, without the empty ones. */
  async screen(): Promise<string[]> {
    const rows = await this.terminal.locator('.xterm-accessibility-tree > *').allTextContents();
    return rows.map((row) => row.replaceAll(' ', ' ').trimEnd()).filter((row) => row !== '');
  }

  async expectOnScreen(text: string | RegExp): Promise<void> {
    await expect.poll(async () => (await this.screen()).join('\n'), patient).toMatch(text);
  }

  async openTerminal(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New terminal' }).click();
    await this.page.getByRole('menuitem', { name }).first().click();
    await this.untilPrompt();
  }

  task(id: string): Locator {
    return this.page.locator(`#task-${id}`);
  }

  async expectTask(id: string, status: 'open' | 'locked' | 'done'): Promise<void> {
    await expect(this.task(id)).toHaveAttribute('data-status', status);
  }

  async statuses(): Promise<string[]> {
    const cards = await this.page.locator('section.task').all();
    return Promise.all(cards.map(async (card) => (await card.getAttribute('data-status')) ?? 'none'));
  }

  /** The commands of the first way, and the terminals they belong in, as the page shows them to this learner. */
  async solution(id: string): Promise<string[]> {
    const card = this.task(id);
    await card.getByRole('button', { name: 'Show solution' }).click();
    const sure = card.getByRole('button', { name: 'Show it' });
    const way = card.locator('.way').first();
    await expect(sure.or(way)).toBeVisible();
    if (await sure.isVisible()) await sure.click();
    await expect(way).toBeVisible();
    return way.locator('.run-place, .run-row code').allTextContents();
  }

  /** Types the first way of a task, in the terminals it asks for, and sees the task turn green. */
  async solve(id: string): Promise<void> {
    await this.expectTask(id, 'open');
    await this.tabs.first().click();
    for (const line of await this.solution(id)) {
      const [, name, user = 'root'] = /^In a terminal called (\S+?)(?: on \S+?)?(?: as (\S+?))?:$/.exec(line) ?? [];
      if (name !== undefined) await this.goToTerminal(name, user);
      else await this.run(line);
    }
    await this.expectTask(id, 'done');
  }

  private async goToTerminal(name: string, user: string): Promise<void> {
    const place = this.named.get(name);
    if (place !== undefined) {
      await this.tabs.nth(place).click();
      return;
    }
    this.named.set(name, await this.tabs.count());
    await this.openTerminal(`${user}@`);
  }

  private get tabs(): Locator {
    return this.page.getByRole('tablist', { name: 'Terminals' }).getByRole('tab');
  }

  private get terminal(): Locator {
    return this.page.locator('.terminal-screen').filter({ visible: true });
  }

  private async untilPrompt(after?: string): Promise<void> {
    await expect
      .poll(async () => {
        const last = (await this.screen()).at(-1) ?? '';
        return /[#$]$/.test(last) && (after === undefined || !last.includes(after));
      }, patient)
      .toBe(true);
  }
}
