/** `npm run bench [-- NAME] [--json FILE]`: runs the benches and prints their figures beside their limits. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { checks } from './checks';
import { cni } from './cni/cni';
import { containers } from './containers/containers';
import { echo } from './echo/echo';
import { firstLoad } from './first-load';
import { idle } from './idle';
import { layers } from './layers';
import { ready } from './ready';
import { formatTable, type Row } from './report';
import { simulator } from './simulator/simulator';
import { start } from './start';

const benches: Record<string, () => Promise<Row[]>> = {
  echo,
  checks,
  ready,
  idle,
  layers,
  'first-load': firstLoad,
  start,
  simulator,
  cni,
  containers,
};

const command = new Command('bench')
  .description('Measures speed and memory. Figures are printed beside their limits; peers run in the same run.')
  .argument('[name]', `one of ${Object.keys(benches).join(', ')}; all of them when left out`)
  .option('--json <file>', 'write the rows to this file as well')
  .parse();

const [name] = command.args;
const { json } = command.opts<{ json?: string }>();
if (name !== undefined && !Object.hasOwn(benches, name)) {
  command.error(`error: there is no bench called ${name}; there are ${Object.keys(benches).join(', ')}`);
}

const rows: Row[] = [];
for (const [key, run] of Object.entries(benches)) {
  if (name === undefined || name === key) rows.push(...(await run()));
}
process.stdout.write(`${formatTable(rows)}\n`);
if (json) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
if (rows.some((row) => !row.holds)) process.exitCode = 1;
