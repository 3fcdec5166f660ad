/** `npm start` and `npm run dev`: sets up what is missing, then serves the lab on this machine. */
import { startOptions } from './options.mjs';
import { prepare } from './prepare.mjs';
import { serve } from './server.mjs';

const usage = `Usage: npm start [-- OPTIONS]       or: npm run dev [-- OPTIONS]

  --port N   serve on http://127.0.0.1:N (default: the variable PORT, else 3000)
  --setup    only set up, do not serve
  --help     print this
`;

async function main() {
  const options = startOptions(process.argv.slice(2), process.env);
  if (options.wrong || options.help) {
    process.stderr.write(`${options.wrong ? `${options.wrong}\n\n` : ''}${usage}`);
    return options.wrong ? 2 : 0;
  }
  const ready = await prepare({ page: !options.dev });
  if (!ready.modules || !(ready.page || options.dev)) return 1;
  if (options.setup) return 0;
  const mode = options.dev ? 'development' : 'production';
  return serve({ env: { ...process.env, PORT: options.port, NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: '1' } });
}

process.exitCode = await main();
