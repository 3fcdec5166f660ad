/** What only a simulated lab can do: its packets followed, its clock stopped, its past gone back to, its place changed. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { LessonPage } from './lesson-page';
import { watch } from './watch';

test('a packet is followed through a bridge and address translation, the clock stepped, and the lab taken back', async ({
  page,
}) => {
  const quiet = await watch(page);
  const lesson = new LessonPage(page, '1.2.5');
  await lesson.open('e2e-sim-tools');
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  for (const line of [
    'ip netns add a; ip netns add out',
    'ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up',
    'ip link add va type veth peer name eth0 netns a; ip link set va master br0 up',
    'ip -n a addr add 10.0.0.2/24 dev eth0; ip -n a link set eth0 up; ip -n a route add default via 10.0.0.1',
    'ip link add wan type veth peer name eth0 netns out; ip addr add 198.51.100.1/24 dev wan; ip link set wan up',
    'ip -n out addr add 198.51.100.2/24 dev eth0; ip -n out link set eth0 up; sysctl -qw net.ipv4.ip_forward=1',
    "nft 'add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; }'",
    'nft add rule ip nat post oif wan masquerade',
  ])
    await lesson.run(line);
  await page.getByRole('button', { name: 'Follow packets' }).click();
  await lesson.run('ip netns exec a ping -c1 198.51.100.2');
  await lesson.expectOnScreen(/1 received/);

  const packets = page.getByRole('region', { name: 'Packets' });
  await packets.getByRole('button', { name: /10\.0\.0\.2 > 198\.51\.100\.2 echo request/ }).click();
  const stations = packets.getByRole('listitem');
  await expect(stations.filter({ hasText: 'arrives at br0' })).toBeVisible();
  const rule = stations.filter({ hasText: 'ip nat post: oif "wan" masquerade' });
  await expect(rule).toContainText('10.0.0.2 > 198.51.100.2 becomes 198.51.100.1 > 198.51.100.2');
  await expect(stations.last()).toContainText('delivered by eth0');
  while ((await rule.getAttribute('aria-current')) === null)
    await packets.getByRole('button', { name: 'Next' }).click();
  await expect(rule).toBeInViewport();
  await expect(page.locator('.dg-canvas [aria-pressed="true"]')).toContainText('wan');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const clock = page.getByRole('group', { name: 'The lab’s clock' });
  await clock.getByRole('button', { name: 'Slower' }).click();
  await clock.getByRole('button', { name: 'Pause' }).click();
  await lesson.type('echo one $((40 + 2))');
  await page.waitForTimeout(300);
  expect((await lesson.screen()).join('\n')).not.toContain('one 42');
  for (let step = 0; step < 30; step++) await clock.getByRole('button', { name: 'Step' }).click();
  await clock.getByRole('button', { name: 'Run' }).click();
  await lesson.expectOnScreen(/one 42/);

  const history = page.getByRole('slider', { name: 'Lab history' });
  await history.focus();
  while (!/after ip link add br0/.test((await history.getAttribute('aria-valuetext')) ?? '')) {
    await page.keyboard.press('PageUp');
  }
  await page.getByRole('button', { name: 'Go on from here' }).click();
  await lesson.run('ip -br link show type bridge; ip netns list | sort | xargs echo there are');
  await lesson.expectOnScreen(/there are a out/);
  await expect(page.locator('.dg-command', { hasText: 'ip netns add a' })).toHaveCount(1);
  await quiet.expectQuiet();
});

test('the menu of a running lab says where it runs, and switches', async ({ page }) => {
  const lesson = new LessonPage(page, '1.2.2');
  await lesson.open('e2e-sim-switch');
  await page.getByRole('radio', { name: 'Simulator' }).check();
  await lesson.startLab();
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('radio', { name: 'Real kernel' }).click();
  await page.getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('radio', { name: 'Real kernel' })).toBeChecked();
  await lesson.startLab();
  await lesson.run('uname -r');
  expect((await lesson.screen()).join('\n')).not.toContain('underlay');
  await page.reload();
  await expect(page.getByRole('timer')).toBeVisible();
});
