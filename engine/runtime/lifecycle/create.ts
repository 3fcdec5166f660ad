/** `create`: from a bundle to a process that waits to be started. Whatever fails, nothing is left of it. */
import type { PlanRun, ProcessExit, ProcessName, SystemStdio } from '../../kernel';
import { Cgroup, cgroupsOf } from '../cgroup';
import { type Config, capabilityWarnings } from '../config';
import { RuntimeError } from '../error';
import { runHooks } from '../hooks/run-hooks';
import { type CreateContext, createPlan, makesNamespace, stateBegin, usesListener } from '../plan';
import { stateOf } from '../state/container-state';
import type { ContainerRecord } from '../state/record';
import { readBundle } from './bundle';
import { Container, locked, type RuntimeContext } from './container';
import { availableCapabilities, createContext, isRootless } from './create-context';
import { mapIds } from './map-ids';
import { describePlanFailure } from './plan-failure';
import { removeTraces } from './remove';
import { checkTerminal, consoleOf, handTo, sizedAs, type TakesTerminal } from './terminal';

const SIGKILL = 9;
const encode = (text: string) => new TextEncoder().encode(text);

export interface CreateOptions {
  id: string;
  /** Absolute path of the directory that holds config.json. */
  bundle: string;
  /** Listening unix socket that the terminal's master is sent to. */
  consoleSocket?: string;
  /** Where there is none, and `process.terminal` is set: who takes the master. */
  terminal?: TakesTerminal;
  pidFile?: string;
  /** Descriptors of this process that the program finds as 3, 4 ... */
  preserve?: readonly number[];
  noPivot?: boolean;
  stdio?: SystemStdio;
  /** Gets what is ignored of the configuration, and why. */
  warn?: (message: string) => void;
}

export interface Created {
  container: Container;
  /** The end of the container's process, which is a child of this one. */
  exit: Promise<ProcessExit>;
}

export async function create(context: RuntimeContext, options: CreateOptions): Promise<Created> {
  const { store } = context;
  const { config, text, rootfs } = readBundle(context, options.bundle);
  checkConsole(config, options);
  const available = availableCapabilities(config, context.system.facts.capabilities);
  for (const warning of capabilityWarnings(config.process?.capabilities, available)) options.warn?.(warning);
  const birth = new Birth(context, options, config, rootfs);
  store.claim(options.id);
  return locked(context, options.id, async () => {
    try {
      store.saveConfig(options.id, text);
      return await birth.run();
    } catch (error) {
      await birth.undo();
      throw error;
    }
  });
}

function checkConsole({ process }: Config, { consoleSocket, terminal }: CreateOptions): void {
  if (process) checkTerminal(process, consoleSocket ?? terminal);
  if (!process?.terminal && consoleSocket !== undefined) {
    throw new RuntimeError('cannot use console socket if runc will not detach or allocate tty');
  }
}

/** One attempt at a container, with all it has to clear away should it fail. */
class Birth {
  #record: ContainerRecord;
  #cgroup: Cgroup;
  #plan: CreateContext;
  readonly #descriptors: number[] = [];
  #init: number | null = null;
  #exit: Promise<ProcessExit> | null = null;
  #run: PlanRun | null = null;

  constructor(
    readonly context: RuntimeContext,
    readonly options: CreateOptions,
    readonly config: Config,
    rootfs: string,
  ) {
    const { system } = context;
    const cgroups = cgroupsOf(system.cgroupHierarchies(), config.linux?.cgroupsPath, options.id);
    this.#cgroup = new Cgroup(cgroups, system);
    this.#plan = createContext(context, options, config, rootfs, cgroups);
    this.#record = {
      ociVersion: config.ociVersion,
      id: options.id,
      bundle: options.bundle,
      rootfs,
      annotations: config.annotations ?? {},
      created: system.now().toISOString(),
      owner: system.facts.uid,
      maker: system.process(system.facts.pid),
      process: null,
      cgroups: [],
      mounted: this.#plan.enter === 'chroot' ? [rootfs] : [],
      noPivot: options.noPivot === true,
      preserved: options.preserve?.length ?? 0,
    };
  }

  async run(): Promise<Created> {
    const { system } = this.context;
    this.#limit();
    const control = this.#own(system.descriptors.pipe());
    const state = this.#own(system.descriptors.memory('state', ''));
    const { preserve = [], stdio } = this.options;
    const console = this.config.process?.terminal ? [this.#own(consoleOf(system, this.options))] : [];
    const { listenerPath = '' } = this.config.linux?.seccomp ?? {};
    const listener = usesListener(this.config) ? this.#own(system.descriptors.connect(listenerPath)) : null;
    const { process } = this.config;
    const config = process ? { ...this.config, process: sizedAs(process, this.options) } : this.config;
    const run = system.run(createPlan(config, this.#plan), {
      inherit: [control.read, state, ...console, ...preserve, ...(listener === null ? [] : [listener])],
      argv0: 'underlay-oci',
      ...(stdio && { stdio }),
    });
    this.#run = run;
    try {
      await this.#follow(run, control.write, state, listener);
    } catch (error) {
      // What the plan has reported can be read to its end only when nobody is left who could report.
      await this.#end();
      throw await describePlanFailure(run, this.config, 'createContainer', error);
    }
    await settled(run);
    await handTo(this.options, process);
    return this.#finish();
  }

  /** Does the runtime's part at each point where the newborn waits for it. */
  async #follow(run: PlanRun, control: number, state: number, listener: number | null): Promise<void> {
    const { system } = this.context;
    const { hooks = {}, linux } = this.config;
    const proceed = () => system.descriptors.write(control, encode('.'));
    const init = await run.report('init');
    this.#init = init;
    this.#exit = system.childExit(init);
    this.#save({ process: nameOf(system.process(init), init) });
    if (makesNamespace(linux, 'user')) {
      await mapIds(system, init, linux);
      proceed();
    }
    if (this.#plan.hooksOfRuntime) {
      await run.report('mounted');
      const creating = stateOf(this.#record, 'creating');
      system.descriptors.rewrite(state, JSON.stringify(creating));
      await runHooks(system, 'prestart', hooks.prestart, creating);
      await runHooks(system, 'createRuntime', hooks.createRuntime, creating);
      proceed();
    }
    if (listener !== null) {
      await run.report('listening');
      system.descriptors.write(listener, encode(this.#processState(init)));
    }
    await run.report('ready');
    system.descriptors.rewrite(state, JSON.stringify(stateOf(this.#record, 'created')));
  }

  /** What the listener learns of the process whose calls it is told of, but for its beginning (`stateBegin`). */
  #processState(pid: number): string {
    const { listenerMetadata: metadata } = this.config.linux?.seccomp ?? {};
    const { ociVersion } = this.config;
    const state = { ociVersion, fds: ['seccompFd'], pid, metadata, state: stateOf(this.#record, 'creating') };
    return JSON.stringify(state).slice(stateBegin.length);
  }

  #limit(): void {
    const { resources = {}, cgroupsPath } = this.config.linux ?? {};
    this.#cgroup.checkUnused();
    this.#saveCgroups();
    const all = this.#cgroup.all;
    // Who is not root has no cgroups to give unless some were left to him: then he says where.
    this.#cgroup = this.#cgroup.create(isRootless(this.context.system) && !cgroupsPath);
    const made = this.#cgroup.all;
    this.#plan = { ...this.#plan, cgroups: made, otherHierarchies: all.filter((cgroup) => !made.includes(cgroup)) };
    this.#saveCgroups();
    this.#cgroup.limitDevices(resources.devices ?? []);
    this.#cgroup.apply(resources);
  }

  #saveCgroups(): void {
    const cgroups = this.#cgroup.all.map(({ hierarchy: { mountPoint }, directory }) => ({ mountPoint, directory }));
    this.#save({ cgroups });
  }

  #finish(): Created {
    const { system } = this.context;
    const { pidFile } = this.options;
    if (pidFile !== undefined) system.files.replace(pidFile, String(this.#init));
    this.#save({ maker: null });
    this.#release();
    const exit = this.#exit;
    if (!exit) throw new RuntimeError('the container has no process');
    return { container: new Container(this.context, this.#record), exit };
  }

  async undo(): Promise<void> {
    await this.#end();
    await removeTraces(new Container(this.context, this.#record));
  }

  async #end(): Promise<void> {
    this.#release();
    const process = this.#init === null ? null : this.context.system.process(this.#init);
    if (process) this.context.system.signal(process, SIGKILL);
    await this.#exit;
    await settled(this.#run);
  }

  #save(change: Partial<ContainerRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.context.store.save(this.#record);
  }

  #own<T extends number | { read: number; write: number }>(opened: T): T {
    this.#descriptors.push(...(typeof opened === 'number' ? [opened] : [opened.read, opened.write]));
    return opened;
  }

  #release(): void {
    for (const fd of this.#descriptors.splice(0)) this.context.system.descriptors.close(fd);
  }
}

/** Until nothing of it is left here: its first process is reaped, its reports are read to the end. */
async function settled(run: PlanRun | null): Promise<void> {
  await Promise.allSettled([run?.exit, run?.done]);
}

/** A process that has ended already has no start time any more, and is nobody else's as long as it is not reaped. */
function nameOf(name: ProcessName | null, pid: number): ProcessName {
  return name ?? { pid, startTime: '0' };
}
