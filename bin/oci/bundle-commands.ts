/** plan, spec, features: what needs no container. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describePlan } from '../../engine/kernel';
import { defaultConfig, featuresDocument, planOf, type RuntimeContext, writeJson } from '../../engine/runtime';

export function addBundleCommands(program: Command, context: () => RuntimeContext): void {
  program
    .command('plan')
    .description('print the system calls that a container of the bundle is born by')
    .argument('[bundle]', 'path to the root of the bundle directory', '.')
    .action((bundle: string) => console.log(describePlan(planOf(context(), resolve(bundle)))));
  program
    .command('spec')
    .description('create a new specification file')
    .option('-b, --bundle <path>', 'path to the root of the bundle directory', '.')
    .option('--rootless', 'generate a configuration for a rootless container')
    .action((options: { bundle: string; rootless?: true }) => writeSpec(context(), options));
  program
    .command('features')
    .description('show the enabled features')
    .action(() => console.log(writeJson(featuresDocument())));
}

function writeSpec({ system }: RuntimeContext, { bundle, rootless }: { bundle: string; rootless?: true }): void {
  const { uid, gid } = system.facts;
  const config = defaultConfig({
    hasCgroupNamespace: system.cgroupHierarchies().every(({ version }) => version === 2),
    ...(rootless && { rootless: { uid, gid } }),
  });
  // A file that is there is somebody's work: EEXIST.
  writeFileSync(join(resolve(bundle), 'config.json'), `${writeJson(config)}\n`, { flag: 'wx' });
}
