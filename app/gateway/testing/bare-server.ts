/**
 * The server without its pages, for tests that need a process of its own: to measure it, or to kill it. Prints
 * `{"port":N,"removed":[...]}` once it listens. Settings come from the environment as for the real one.
 */
import { createLinuxDriver } from '../../../sandbox';
import { practiceLesson } from './lesson';
import { serveLabs } from './serve';

const driver = await createLinuxDriver({
  lessonByNumber: (number) => (number === practiceLesson.number ? practiceLesson : undefined),
});
const removed = await driver.prepare();
const server = await serveLabs(driver);
process.on('SIGTERM', async () => {
  await driver.dispose('The server was stopped.');
  await server.close();
  process.exit(0);
});
process.stdout.write(`${JSON.stringify({ port: server.port, removed })}\n`);
