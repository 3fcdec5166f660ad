/** spec, features, plan: what needs no container. */
import { describePlan } from '../../kernel';
import { defaultConfig, featuresDocument, planOf, RuntimeError } from '../../runtime';
import { flag, valueOr } from '../command-line';
import { pathOf, type RuntimeCommand, type Session } from './session';

const bundle = valueOr('bundle', { alias: 'b', usage: 'path to the root of the bundle directory' }, '', String);
const rootless = flag('rootless', { usage: 'generate a configuration for a rootless container' });

export const bundleCommands: readonly RuntimeCommand[] = [
  {
    name: 'spec',
    usage: 'create a new specification file',
    arguments: '',
    words: { from: 0, to: 0 },
    flags: [bundle, rootless],
    run: (session, call) => writeSpec(session, call.of(bundle), call.of(rootless)),
  },
  {
    name: 'features',
    usage: 'show the enabled features',
    arguments: '',
    words: { from: 0, to: 0 },
    flags: [],
    run: ({ output }) => output.json(featuresDocument()),
  },
  {
    name: 'plan',
    usage: 'print the system calls that a container of the bundle is born by',
    arguments: '[bundle]',
    words: { from: 0, to: 1 },
    flags: [],
    run: (session, { words: [path = '.'] }) =>
      session.output.print(`${describePlan(planOf(session.context, pathOf(session, path)))}\n`),
  },
];

function writeSpec(session: Session, directory: string, isRootless: boolean): void {
  const { system } = session.process;
  const name = directory === '' ? 'config.json' : `${directory}/config.json`;
  const path = pathOf(session, name);
  if (system.files.kind(path) !== null) throw new RuntimeError(`File ${name} exists. Remove it first`);
  const { uid, gid } = system.facts;
  const hasCgroupNamespace = system.cgroupHierarchies().every(({ version }) => version === 2);
  const config = defaultConfig({ hasCgroupNamespace, ...(isRootless && { rootless: { uid, gid } }) });
  system.files.replace(path, `${JSON.stringify(config, null, '\t')}\n`, 0o644);
}
