/**
 * The birth of a container, as a plan of two processes.
 *
 * The first joins the cgroups and the namespaces that are there already, and clones the second into the new ones. That
 * is the container's own process: a child of the runtime (CLONE_PARENT), so that the runtime, or whoever started it,
 * learns of its end. It makes its root, becomes what config.json says, and waits in a pipe until it is started.
 */
import { flags, type Plan, ref, type Step } from '../../kernel';
import { type Config, sysctlFile } from '../config';
import { CapabilitySets } from './capabilities';
import * as k from './constants';
import { hookSteps } from './hooks';
import { idmappedTrees } from './idmapped';
import { absoluteSource } from './mounts';
import { joinNamespaces, makesNamespace, makeTimeNamespace, namespaceOf, newNamespaces, writeFile } from './namespaces';
import { becomeProcess, execute, type ProcessContext } from './process';
import { coverPaths, enterRoot, prepareRoot, type RootContext } from './rootfs';
import { usesListener } from './seccomp';
import { closeAll, prctl } from './steps';
import { newTerminal } from './terminal';

export interface CreateContext extends RootContext {
  id: string;
  /** Pipes in the filesystem: a byte in the first starts the program; the second tells the starter how that went. */
  fifos: { start: string; result: string };
  /** Capabilities that can be handed on. */
  available: bigint;
  seccomp: readonly Step[];
  /** The runtime is not root's. */
  rootless: boolean;
  mayLockGroups: boolean;
  /** Descriptors that the program finds as 3, 4 ...; the plan inherits them behind its own. */
  preserved: number;
  /** Whether the runtime has to do something once the namespaces are there: hooks of its own. */
  hooksOfRuntime: boolean;
}

/** Reports, in this order: `init` (its pid), `mounted` if the runtime has hooks to run, `ready`. */
export function createPlan(config: Config, context: CreateContext): Plan {
  const { linux, process } = config;
  const adjustment = process?.oomScoreAdj;
  return {
    name: `container ${context.id}`,
    steps: [
      ...closeOnExecute(),
      ...idmappedTrees(config, (mount) => absoluteSource(mount, context.bundle)),
      // Nobody in a namespace that is joined may look into this process, which still has all of the host open. But who is
      // not root could not map its ids then.
      ...(context.rootless && makesNamespace(linux, 'user') ? [] : [prctl({ PR_SET_DUMPABLE: k.PR_SET_DUMPABLE }, 0)]),
      prctl({ PR_SET_NAME: k.PR_SET_NAME }, 'underlay-oci'),
      ...openFifos(context),
      ...context.cgroups.flatMap(({ directory }) => joinCgroup(directory)),
      ...(adjustment === undefined ? [] : writeFile('/proc/self/oom_score_adj', String(adjustment))),
      ...joinNamespaces(linux),
      ...makeTimeNamespace(linux),
      {
        fork: {
          call: 'clone',
          args: [flags({ ...newNamespaces(linux), CLONE_PARENT: k.CLONE_PARENT, SIGCHLD: k.SIGCHLD }), 0, 0, 0, 0],
          as: 'init',
          about: 'the namespaces',
        },
        child: init(config, context),
      },
      { report: 'init', value: ref('init') },
      { exit: 0 },
    ],
  };
}

function openFifos({ fifos }: CreateContext): Step[] {
  const both = flags({ O_RDWR: k.O_RDWR, O_CLOEXEC: k.O_CLOEXEC });
  return [
    { call: 'openat', args: [k.AT_FDCWD, fifos.start, both], as: 'start', about: fifos.start },
    { call: 'openat', args: [k.AT_FDCWD, fifos.result, both], as: 'result', about: fifos.result },
  ];
}

/** 0 stands for the process that writes. */
export function joinCgroup(directory: string): Step[] {
  return writeFile(`${directory}/cgroup.procs`, '0');
}

function init(config: Config, context: CreateContext): Step[] {
  const { linux, process } = config;
  const first = k.descriptor.console + (process?.terminal ? 1 : 0);
  return [
    // Should the runtime die before the container is whole, nothing is to be left of it.
    prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, k.SIGKILL),
    ...(namespaceOf(linux, 'user') ? becomeRoot(makesNamespace(linux, 'user')) : []),
    { call: 'setsid' },
    // A session keyring of its own (session-keyring(7)); a kernel without keys has none to share either.
    { call: 'keyctl', args: [{ names: 'KEYCTL_JOIN_SESSION_KEYRING', value: 1 }, `_ses.${context.id}`], except: 'any' },
    ...(makesNamespace(linux, 'network') ? raiseLoopback() : []),
    ...names(config),
    ...prepareRoot(config, context),
    ...Object.entries(linux?.sysctl ?? {}).flatMap(([name, value]) =>
      writeFile(`/proc/sys/${sysctlFile(name)}`, value),
    ),
    ...(context.hooksOfRuntime ? [{ report: 'mounted', value: 1 }, ...waitForRuntime()] : []),
    ...hookSteps(config.hooks?.createContainer ?? []),
    ...(process?.terminal ? newTerminal(process) : []),
    ...coverPaths(config),
    ...enterRoot(config, context),
    ...personality(config),
    ...(process
      ? become(config, { process, ...processContext(config, context) }, context.preserved, first)
      : waitForStart()),
  ];
}

function processContext(config: Config, context: CreateContext): Omit<ProcessContext, 'process'> {
  return {
    capabilities: new CapabilitySets(config.process?.capabilities, context.available),
    seccomp: context.seccomp,
    notifies: usesListener(config),
    mayLockGroups: context.mayLockGroups,
  };
}

function become(config: Config, context: ProcessContext, preserved: number, first: number): Step[] {
  return [
    ...becomeProcess(context),
    ...waitForStart(),
    ...hookSteps(config.hooks?.startContainer ?? []),
    ...execute(context, preserved, first),
  ];
}

/** What a plan has inherited is not for the programs it executes, save where it says so. */
export function closeOnExecute(): Step[] {
  return [
    {
      call: 'close_range',
      args: [3, k.lastDescriptor, flags({ CLOSE_RANGE_CLOEXEC: k.CLOSE_RANGE_CLOEXEC })],
    },
  ];
}

/** Until its ids are mapped a process in a new user namespace is nobody; then it becomes that namespace's root. */
export function becomeRoot(mapped: boolean): Step[] {
  return [
    ...(mapped ? waitForRuntime() : []),
    { call: 'setresgid', args: [0, 0, 0], about: 'group 0 of the user namespace' },
    { call: 'setresuid', args: [0, 0, 0], about: 'user 0 of the user namespace' },
    // A change of ids takes back what was asked for at the beginning.
    prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, k.SIGKILL),
    prctl({ PR_SET_DUMPABLE: k.PR_SET_DUMPABLE }, 0),
  ];
}

/** The runtime writes a byte for every time that it has done its part; without a runtime there is the end of the pipe. */
export function waitForRuntime(): Step[] {
  return [
    { call: 'read', args: [k.descriptor.control, { memory: 'byte', bytes: 8 }, 1], as: 'told', about: 'the runtime' },
    { if: { when: ref('told'), is: '!=', than: 1 }, then: [{ exit: 1 }] },
  ];
}

/** From here on the container is created. What fails later is told to whoever starts it. */
function waitForStart(): Step[] {
  return [
    prctl({ PR_SET_PDEATHSIG: k.PR_SET_PDEATHSIG }, 0),
    { report: 'ready', value: 1 },
    { call: 'dup3', args: [ref('result'), k.descriptor.report, flags({ O_CLOEXEC: k.O_CLOEXEC })] },
    ...closeAll('result'),
    { call: 'close', args: [k.descriptor.control] },
    { call: 'read', args: [ref('start'), { memory: 'byte', bytes: 8 }, 1], as: 'told', about: 'the start' },
    ...closeAll('start'),
  ];
}

function names({ hostname, domainname }: Config): Step[] {
  const set = (call: 'sethostname' | 'setdomainname', name: string): Step => {
    const bytes = new TextEncoder().encode(name);
    return { call, args: [bytes, bytes.byteLength], about: name };
  };
  return [
    ...(hostname ? [set('sethostname', hostname)] : []),
    ...(domainname ? [set('setdomainname', domainname)] : []),
  ];
}

function personality({ linux }: Config): Step[] {
  if (!linux?.personality) return [];
  const domains = { LINUX: 0, LINUX32: 8 } as const;
  const { domain } = linux.personality;
  return [{ call: 'personality', args: [{ names: `PER_${domain}`, value: domains[domain] }], about: domain }];
}

function raiseLoopback(): Step[] {
  // struct ifreq: 16 bytes of name, then the flags IFF_UP and IFF_RUNNING.
  const request = new Uint8Array(40);
  request.set(new TextEncoder().encode('lo'));
  request[16] = 0x41;
  return [
    { call: 'socket', args: [{ names: 'AF_INET', value: 2 }, { names: 'SOCK_DGRAM', value: 2 }, 0], as: 'socket' },
    { call: 'ioctl', args: [ref('socket'), { names: 'SIOCSIFFLAGS', value: 0x8914 }, request], about: 'lo up' },
    ...closeAll('socket'),
  ];
}
