/** spec, features, plan: what needs no container. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describePlan } from '../../engine/kernel';
import { defaultConfig, featuresDocument, planOf, type RuntimeContext, RuntimeError } from '../../engine/runtime';
import { type Cli, printJson } from './io';

export function addBundleCommands(program: Command, cli: Cli, context: () => RuntimeContext): void {
  program
    .command('spec')
    .description('create a new specification file')
    .option('-b, --bundle <path>', 'path to the root of the bundle directory', '.')
    .option('--rootless', 'generate a configuration for a rootless container')
    .action(({ bundle, rootless }: { bundle: string; rootless?: true }) =>
      writeSpec(context(), resolve(cli.cwd, bundle), rootless === true),
    );
  program
    .command('features')
    .description('show the enabled features')
    .action(() => printJson(cli, featuresDocument()));
  program
    .command('plan')
    .description('print the system calls that a container of the bundle is born by')
    .argument('[bundle]', 'path to the root of the bundle directory', '.')
    .action((bundle: string) => cli.out(`${describePlan(planOf(context(), resolve(cli.cwd, bundle)))}\n`));
}

function writeSpec({ system }: RuntimeContext, bundle: string, rootless: boolean): void {
  const path = join(bundle, 'config.json');
  if (existsSync(path)) throw new RuntimeError(`File ${path} exists. Remove it first`);
  const { uid, gid } = system.facts;
  const hasCgroupNamespace = system.cgroupHierarchies().every(({ version }) => version === 2);
  const config = defaultConfig({ hasCgroupNamespace, ...(rootless && { rootless: { uid, gid } }) });
  writeFileSync(path, `${JSON.stringify(config, null, '\t')}\n`);
}
