/** The page, built once for every version of its sources. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isStamped, stamp } from './fingerprint.mjs';
import { run, tail } from './process.mjs';
import { explain, step } from './report.mjs';
import { root } from './root.mjs';

/** All that can end up in the page or decides how it is built. */
const inputs = [
  ...['app', 'content', 'lessons', 'sandbox', 'engine', 'public'],
  ...[
    'instrumentation-client.tsx',
    'next.config.ts',
    'next.config.mjs',
    'postcss.config.mjs',
    'tsconfig.json',
    'package-lock.json',
  ],
];

const isTest = (path) => /\.test\.tsx?$/.test(path);

/** Builds the page if its sources have changed since it was last built. Returns whether it is there. */
export async function ensureBuild() {
  const hash = fingerprint(inputs, { skip: isTest });
  if (isStamped('build', hash) && existsSync(join(root, '.underlay/page/BUILD_ID'))) return true;
  const shown = step('The page (next build)');
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const { code, output } = await run(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    env,
  });
  if (code !== 0) {
    shown.fail(`next build ended with ${code}`);
    explain(tail(output, 40));
    return false;
  }
  // The hash from before: whatever was edited meanwhile is built next time.
  stamp('build', hash);
  shown.done();
  return true;
}
