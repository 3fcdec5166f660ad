/** The steps of set-up, in the order in which they are needed. Each is quick when there is nothing to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { cannotInstall, ensurePackages } from './debian.mjs';
import { cannotBuildEngineTree, engineTreeStep } from './engine-tree.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { unsupportedNode } from './node-version.mjs';
import { isBuilt } from './paths.mjs';
import { explain } from './report.mjs';
import { root } from './root.mjs';
import { cannotBuild, rootfsStep } from './rootfs.mjs';

/**
 * Sets up what is missing. Of the result, `modules`, `rootfs` and `page` say what is there, `missing` which Debian
 * packages are not, and `failures` what should have worked on this machine and did not.
 */
export async function prepare({ packages = [], page = true } = {}) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wrongNode = unsupportedNode(process.versions.node, engines.node);
  if (wrongNode) explain(wrongNode.message);
  if (wrongNode?.fatal || !(await ensureNodeModules())) {
    return { modules: false, rootfs: false, page: false, missing: packages, failures: ['npm packages'] };
  }
  const failures = [];
  const install = async (names) => {
    const missing = await ensurePackages(names);
    if (missing.length > 0 && !cannotInstall()) failures.push(`Debian packages ${missing.join(', ')}`);
    return missing;
  };
  const missing = await install(packages);
  const rootfs = isBuilt() || (await prepareRootfs(install, failures));
  if (rootfs && !cannotBuildEngineTree() && !(await engineTreeStep())) failures.push('programs of the Machines');
  const built = page && (await ensureBuild());
  if (page && !built) failures.push('the page');
  return { modules: true, rootfs, page: built, missing, failures };
}

async function prepareRootfs(install, failures) {
  if (process.getuid?.() === 0) await install(['mmdebstrap', 'debian-archive-keyring']);
  const obstacle = cannotBuild();
  if (!obstacle) {
    const built = await rootfsStep();
    if (!built) failures.push('root filesystem');
    return built;
  }
  explain(
    `No root filesystem for the Machines, because ${obstacle.message}. The course can be read, labs cannot start.`,
  );
  explain(obstacle.advice);
  return false;
}
