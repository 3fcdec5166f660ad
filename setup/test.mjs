/** `npm test`: sets up what is missing, then runs every stage, also after one has failed, and adds them up. */
import { judges } from './debian.mjs';
import { testOptions } from './options.mjs';
import { prepare } from './prepare.mjs';
import { summary, total } from './reports.mjs';
import { groupsOf, runGroup, stages } from './stages.mjs';

const names = stages().map(({ name }) => name);

const usage = `Usage: npm test [-- --only STAGE[,STAGE...] [ARGUMENTS OF THE STAGE]]

  stages: ${names.join(', ')}
  Arguments after one stage are passed on to it, for example a path: npm test -- --only vitest engine/state
`;

async function main() {
  const options = testOptions(process.argv.slice(2), names);
  if (options.wrong || options.help) {
    process.stderr.write(`${options.wrong ? `${options.wrong}\n\n` : ''}${usage}`);
    return options.wrong ? 2 : 0;
  }
  const wanted = stages().filter(({ name }) => options.only.includes(name));
  const browser = options.only.includes('e2e');
  const packages = [...(browser ? ['chromium'] : []), ...(options.only.includes('vitest') ? judges : [])];
  const ready = await prepare({ packages, page: browser });
  const setUp = { passed: 0, failed: ready.failures.length, skipped: [] };
  let isStopped = false;
  process.on('SIGTERM', () => {
    isStopped = true;
  });
  const done = ready.failures.length > 0 ? [{ name: 'set-up', seconds: 0, outcome: setUp }] : [];
  for (const group of ready.modules ? groupsOf(wanted) : []) {
    if (isStopped) break;
    done.push(...(await runGroup(group, ready, options.rest)));
  }
  if (isStopped) process.stdout.write('\nStopped by SIGTERM: what came after was not run.\n');
  process.stdout.write(`\n${summary(done)}\n`);
  return isStopped ? 143 : total(done).failed > 0 ? 1 : 0;
}

process.exitCode = await main();
