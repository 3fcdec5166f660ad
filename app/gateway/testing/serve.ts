import type { Server } from 'node:http';
import type { Driver } from '../../../sandbox';
import { createGateway, createWebServer } from '..';

/** A server as `app/server.ts` has it, on a port of its own, with a page of one word. */
export async function serveLabs(driver: Pick<Driver, 'serve' | 'count' | 'availability'>) {
  const gateway = createGateway(driver);
  const server = createWebServer({
    page: (_, response) => response.end('page'),
    labUpgrade: gateway.handleUpgrade,
    health: () => ({ status: 'ok', labs: driver.count }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      await gateway.close();
      server.closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}
