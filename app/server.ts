/**
 * The one process behind `npm start`: pages (Next), labs (the `host` driver, and the
 * `worker` driver where UNDERLAY_SIMULATOR=server) and progress, on one port of this machine.
 *
 * PORT (3000), HOST (127.0.0.1; loopback only), UNDERLAY_HOME, DATABASE_URL, LOG_LEVEL (warn); see sandbox/settings.ts
 * for the limits of labs. `--dev` or NODE_ENV=development serves the pages from source.
 */
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { pino } from 'pino';
import { createLinuxDriver, createWorkerDriver, type Driver, readSimulatorPlace } from '../sandbox';
import { homeDirectory } from '../setup/paths.mjs';
import { createGateway, createWebServer, type Gateway, isLoopback } from './gateway';
import { openProgress, type ProgressStore } from './progress';
import { type Mode, provideServices } from './services';

const log = pino({ level: process.env.LOG_LEVEL ?? 'warn' }, pino.destination({ dest: 2, sync: true }));
const root = fileURLToPath(new URL('..', import.meta.url));
const shutdownMs = 15_000;

class StartError extends Error {}

interface Running {
  drivers: Driver[];
  gateway: Gateway;
  progress: ProgressStore;
  server: Server;
}

async function main(): Promise<void> {
  const { host, port, dev } = readSettings();
  const progress = openProgress({ home: homeDirectory(), databaseUrl: process.env.DATABASE_URL });
  const onTaskChange: ProgressStore['recordTask'] = (change) => progress.recordTask(change);
  const driver = await createLinuxDriver({ onTaskChange });
  const simulated =
    readSimulatorPlace(process.env) === 'server'
      ? createWorkerDriver({ onTaskChange, onMistake: (text) => log.error(text) })
      : undefined;
  const drivers = simulated ? [driver, simulated] : [driver];
  provideServices({ progress, modes: () => modesOf(driver, simulated) });
  const gateway = createGateway(driver, simulated);
  // Next takes over the upgrades of the server it is given: this one never listens, and gets what is meant for Next.
  const pageDoor = createServer();
  const pages = next({ dev, dir: root, hostname: host, port, httpServer: pageDoor });
  const [removed] = await Promise.all([driver.prepare(), simulated?.prepare(), pages.prepare()]);
  for (const trace of removed) log.warn(`removed what an earlier server left: ${trace}`);
  const page = pages.getRequestHandler();
  const server = createWebServer({
    page: (request, response) => page(request, response),
    ...(dev ? { pageUpgrade: (...upgrade) => void pageDoor.emit('upgrade', ...upgrade) } : {}),
    labUpgrade: gateway.handleUpgrade,
    health: () => ({
      status: 'ok',
      labs: drivers.reduce((sum, { count }) => sum + count, 0),
      real: driver.availability(),
    }),
  });
  await listen(server, host, port);
  stopOnSignals({ drivers, gateway, progress, server });
  process.stdout.write(greeting(host, port, driver));
}

function readSettings() {
  const host = process.env.HOST || '127.0.0.1';
  const port = Number(process.env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new StartError(`PORT=${process.env.PORT} is no port number.`);
  if (!isLoopback(host)) {
    throw new StartError(
      `HOST=${host} is refused. Labs run straight on this machine's kernel, as root: whoever reaches this server owns the machine. ` +
        'It listens on loopback only (127.0.0.1, ::1 or localhost). From another machine, forward the port: ' +
        `ssh -L ${port}:localhost:${port} THIS_MACHINE`,
    );
  }
  return { host, port, dev: process.argv.includes('--dev') || process.env.NODE_ENV === 'development' };
}

/** Where labs can run by this server's doing; a browser has its own simulator. */
function modesOf(real: Driver, simulated: Driver | undefined): Mode[] {
  const modes: Mode[] = [{ name: 'real', ...real.availability() }];
  if (simulated) modes.push({ name: 'simulated', place: 'server', ...simulated.availability() });
  return modes;
}

function greeting(host: string, port: number, driver: Driver): string {
  const url = `http://${host === '::1' ? '[::1]' : host}:${port}`;
  const availability = driver.availability();
  const labs = availability.available ? '' : `  Labs cannot be started: ${availability.reason}\n`;
  return `Underlay is ready: ${url}\n${labs}`;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new StartError(`Port ${port} is in use: stop what uses it, or choose another with PORT=${port + 1}.`)
          : error,
      );
    });
    server.listen(port, host, () => resolve());
  });
}

function stopOnSignals(running: Running): void {
  let isStopping = false;
  const stop = (exitCode: number) => {
    if (isStopping) process.exit(exitCode || 1);
    isStopping = true;
    setTimeout(() => process.exit(1), shutdownMs).unref();
    void shutDown(running).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error(error, 'could not shut down cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  process.on('uncaughtException', (error) => {
    log.fatal(error, 'unexpected failure: the server stops');
    stop(1);
  });
  // One lab's mistake must not end the others.
  process.on('unhandledRejection', (reason) => log.error(reason, 'a failure nobody handled'));
}

async function shutDown({ drivers, gateway, progress, server }: Running): Promise<void> {
  server.close();
  await Promise.all(drivers.map((driver) => driver.dispose('The server was stopped.')));
  await gateway.close();
  server.closeAllConnections();
  await progress.close();
}

main().catch((error: unknown) => {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
  else log.fatal(error, 'could not start');
  process.exit(1);
});
