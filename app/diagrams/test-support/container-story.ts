/** Lesson 1.3.3: containers driven through their states by hand. */
import { applyPatch, type Container, type ContainerStatus, type LabState, type NsId } from '../../../engine/state';
import { add, machineNamespaces, namespace, oneMachine, process, story } from './build';

const born = machineNamespaces(4026532300);
const shell = 41012;

export function container(id: string, status: ContainerStatus, pid: number | null, more: Partial<Container> = {}) {
  return {
    machine: 'lab',
    id,
    status,
    pid,
    bundle: `/root/${id}`,
    rootfs: `/root/${id}/rootfs`,
    args: ['httpd', '-f', '-p', '80'],
    annotations: {},
    root: '/run/runc',
    ...more,
  } satisfies Container;
}

const web = 41050;
const own = {
  mnt: 'mnt:4026532510',
  uts: 'uts:4026532511',
  ipc: 'ipc:4026532512',
  pid: 'pid:4026532513',
  net: 'net:4026532514',
} satisfies Record<string, NsId>;

/** The waiting init, or the program after start. */
const init = (command: string) => (state: LabState) =>
  add(state, {
    namespaces: Object.values(own).map((id) => namespace(id, id.startsWith('pid') ? { parent: born.pid } : {})),
    processes: [
      process(web, {
        parent: shell,
        nsPids: [50, 1],
        command,
        args: command === 'httpd' ? ['httpd', '-f', '-p', '80'] : [command],
        cgroup: '/web',
        namespaces: { ...born, ...own },
      }),
    ],
  });

const as =
  (status: ContainerStatus, pid: number | null = web) =>
  (state: LabState) =>
    add(state, { containers: [container('web', status, pid, { annotations: { 'org.example.tier': 'front' } })] });

const ended = (state: LabState) =>
  applyPatch(state, {
    processes: { [web]: null },
    namespaces: Object.fromEntries(Object.values(own).map((id) => [id, null])),
  });

export const containerStory = story('1.3.3 Lifecycle', oneMachine(), [
  ['runc create web', (state) => as('created')(init('runc:[2:INIT]')(state))],
  ['runc start web', (state) => as('running')(init('httpd')(state))],
  ['runc pause web', as('paused')],
  [
    'runc run -d job; runc create later',
    (state) =>
      add(state, {
        processes: [
          process(41060, { nsPids: [60], command: 'sh', args: ['sh', '-c', 'sleep 30'], namespaces: born }),
          process(41061, { nsPids: [61], command: 'runc:[2:INIT]', namespaces: { ...born, net: own.net } }),
        ],
        containers: [
          container('job', 'running', 41060, { args: ['sh', '-c', 'sleep 30; echo done'] }),
          container('later-and-with-a-long-name', 'created', 41061),
        ],
      }),
  ],
  ['runc resume web', as('running')],
  ['runc kill web KILL', (state) => as('stopped', null)(ended(state))],
  ['runc delete web', (state) => applyPatch(state, { containers: { 'lab/web': null } })],
]);

/** Five hundred containers, most of them stopped. */
export function manyContainers(): LabState {
  return add(oneMachine(), {
    containers: Array.from({ length: 500 }, (_, index) =>
      container(`c${index}`, index < 20 ? 'running' : 'stopped', null),
    ),
  });
}
