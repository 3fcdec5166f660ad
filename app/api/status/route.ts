/** `GET /api/status`: on what labs can run here, and why not. */
import { type Mode, services } from '../../services';

export const dynamic = 'force-dynamic';

const noServer: Mode = {
  name: 'real',
  available: false,
  reason: 'These pages are served without the lab server. Start it with npm start.',
};

export function GET(): Response {
  return Response.json(services()?.modes() ?? [noServer], { headers: { 'cache-control': 'no-store' } });
}
