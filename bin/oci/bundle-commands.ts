/** plan: what needs no container. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describePlan } from '../../engine/kernel';
import { planOf, type RuntimeContext } from '../../engine/runtime';

export function addBundleCommands(program: Command, context: () => RuntimeContext): void {
  program
    .command('plan')
    .description('print the system calls that a container of the bundle is born by')
    .argument('[bundle]', 'path to the root of the bundle directory', '.')
    .action((bundle: string) => console.log(describePlan(planOf(context(), resolve(bundle)))));
}
