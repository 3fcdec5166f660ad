import {
  hasCapability,
  type LabState,
  machineNamespace,
  madeNamespaces,
  type Namespace,
  pinnedAt,
  processesIn,
} from '../../engine/state';
import { answerIn, lettersIn } from '../answers';
import { defineLesson } from '../define';

/** CAP_SYS_ADMIN (capabilities(7)): what sethostname(2) asks for. */
const SYS_ADMIN = 21;

export default defineLesson({
  number: '1.2.2',
  slug: 'uts-namespaces',
  title: 'UTS namespaces',
  goal: 'Change a hostname for some processes only.',
  minutes: 25,
  machines: [{ name: 'lab', hostname: 'lab', setup: 'bash /opt/uts/start {{secret}}' }],
  diagrams: ['namespaces', 'processes'],
  vars(pick) {
    const [name = '', secret = '', vault = ''] = pick.some(
      ['otter', 'heron', 'badger', 'lynx', 'marten', 'osprey', 'plover', 'stoat', 'wren', 'ibex', 'gannet', 'vole'],
      3,
    );
    const number = pick.int(10, 99);
    const domain = pick.of(['north', 'south', 'harbour', 'valley', 'meadow', 'island']);
    return {
      name: `${name}-${number}`,
      secret: `${secret}-${number + 100}`,
      vault: `${vault}-${number + 200}`,
      domain,
    };
  },
  tasks: [
    {
      id: 'own-name',
      title: 'Give a shell a UTS namespace of its own and call it {{name}} there. The Machine must keep its name',
      points: 5,
      check: ({ state }, { name }) => hostnameOfMachine(state) === 'lab' && named(state, name) !== undefined,
      hints: [
        {
          id: 'machine-renamed',
          when: ({ state }) => hostnameOfMachine(state) !== 'lab',
          text: ({ state }) =>
            `The Machine itself is now called ${hostnameOfMachine(state)}, and so is everything that shares its UTS namespace. Put it back with hostname lab; then make a namespace first, and name that.`,
        },
        {
          id: 'not-named',
          when: ({ state }, { secret }) => yours(state, secret).length > 0,
          text: ({ state }, { secret, name }) =>
            `There is a new UTS namespace (${yours(state, secret)[0]?.id}), but in it the name is ${yours(state, secret)[0]?.hostname}: a new one starts as a copy. Call it ${name} from inside, with hostname.`,
        },
        {
          id: 'same-namespace',
          text: ({ state }) =>
            `Your shell is still in the Machine's own UTS namespace, ${machineNamespace(state, 'lab', 'uts')}. unshare --uts bash starts a shell in a new one: compare readlink /proc/$$/ns/uts before and after. A namespace lasts as long as a process is in it.`,
        },
      ],
      solutions: [
        {
          title: 'A shell, then the name',
          steps: [{ terminal: 'inside' }, 'unshare --uts bash', 'hostname {{name}}'],
        },
        {
          title: 'Through /proc',
          steps: [{ terminal: 'inside' }, 'unshare --uts bash', 'echo {{name}} > /proc/sys/kernel/hostname'],
        },
        {
          title: 'A process in the background',
          steps: ["unshare --uts sh -c 'hostname {{name}}; exec sleep 3000' &"],
        },
      ],
      pitfalls: [
        { title: 'Renaming the whole Machine', steps: ['hostname {{name}}'], hint: 'machine-renamed' },
        {
          title: 'A namespace that ends with its only command',
          steps: ['unshare --uts hostname {{name}}'],
          hint: 'same-namespace',
        },
        { title: 'Only a shell, no name', steps: [{ terminal: 'inside' }, 'unshare --uts bash'], hint: 'not-named' },
      ],
    },
    {
      id: 'who-sees',
      title: 'Predict who sees the new name, and write the letters to /root/who',
      points: 5,
      check: async (lab) => (await lettersIn(lab, '/root/who')) === 'ad',
      hints: [
        {
          id: 'file-on-disk',
          when: async (lab) => (await lettersIn(lab, '/root/who'))?.includes('b') ?? false,
          text: () =>
            '/etc/hostname is a file. Something reads it once at boot and calls sethostname(2); from then on the kernel neither reads nor writes it.',
        },
        {
          id: 'variable',
          when: async (lab) => (await lettersIn(lab, '/root/who'))?.includes('c') ?? false,
          text: () =>
            '$HOSTNAME (and the name in the prompt) was asked for once, when that bash started. Nobody tells a running program that the name has changed.',
        },
        {
          id: 'whole-machine',
          when: async (lab) => (await lettersIn(lab, '/root/who'))?.includes('e') ?? false,
          text: () => "The other terminal never left the Machine's UTS namespace. Try hostname there.",
        },
        {
          id: 'two-of-five',
          text: () =>
            'Try each of the five while the namespace lives. Two of them ask the kernel, from inside the namespace, at this very moment. Write those two letters: echo XY > /root/who.',
        },
      ],
      solutions: [{ title: 'The two that ask the kernel from inside', steps: ['echo ad > /root/who'] }],
      pitfalls: [
        { title: 'Trusting /etc/hostname', steps: ['echo abd > /root/who'], hint: 'file-on-disk' },
        { title: 'Trusting a variable', steps: ['echo acd > /root/who'], hint: 'variable' },
        { title: 'Believing that everybody sees it', steps: ['echo ade > /root/who'], hint: 'whole-machine' },
      ],
    },
    {
      id: 'pin',
      title: 'Pin that namespace at /run/{{name}} and leave it: nobody inside, the name still there',
      needs: ['own-name'],
      points: 10,
      check: ({ state }, { name }) => {
        const ns = pinnedAt(state, 'lab', `/run/${name}`);
        return ns?.hostname === name && processesIn(state, ns.id).length === 0;
      },
      hints: [
        {
          id: 'still-inside',
          when: ({ state }, { name }) => pinnedAt(state, 'lab', `/run/${name}`)?.hostname === name,
          text: ({ state }, { name }) => {
            const inside = processesIn(state, pinnedAt(state, 'lab', `/run/${name}`)?.id ?? 'uts:0');
            return `Pinned. Now leave: ${inside.length} process(es) are still inside, among them ${inside[0]?.command}. Type exit in that shell.`;
          },
        },
        {
          id: 'wrong-one',
          when: ({ state }, { name }) => pinnedAt(state, 'lab', `/run/${name}`) !== undefined,
          text: ({ state }, { name }) =>
            `What is pinned at /run/${name} is a namespace called ${pinnedAt(state, 'lab', `/run/${name}`)?.hostname}. /proc/$$ means the shell that types it: type the mount inside the namespace.`,
        },
        {
          id: 'not-a-mount',
          when: async (lab, { name }) => (await lab.files().stat(`/run/${name}`)) !== null,
          text: (_, { name }) =>
            `There is something at /run/${name}, but no namespace is mounted there. A link or a copy holds nothing: only a bind mount of /proc/PID/ns/uts on a file keeps the namespace.`,
        },
        {
          id: 'bind',
          text: (_, { name }) =>
            `Make an empty file, /run/${name}, and bind mount the shell's own /proc/$$/ns/uts on it (mount --bind). Then exit the shell.`,
        },
      ],
      solutions: [
        {
          title: 'A bind mount from inside',
          steps: [{ terminal: 'inside' }, 'touch /run/{{name}}', 'mount --bind /proc/$$/ns/uts /run/{{name}}', 'exit'],
        },
        {
          title: 'unshare pins it for you',
          steps: ['touch /run/{{name}}', 'unshare --uts=/run/{{name}} hostname {{name}}'],
        },
      ],
      pitfalls: [
        {
          title: 'A symbolic link to /proc',
          steps: [{ terminal: 'inside' }, 'ln -s /proc/$$/ns/uts /run/{{name}}', 'exit'],
          hint: 'not-a-mount',
        },
        {
          title: 'Pinning from the wrong shell',
          steps: [{ terminal: 'outside' }, 'touch /run/{{name}}', 'mount --bind /proc/$$/ns/uts /run/{{name}}'],
          hint: 'wrong-one',
        },
        {
          title: 'Staying inside',
          steps: [{ terminal: 'inside' }, 'touch /run/{{name}}', 'mount --bind /proc/$$/ns/uts /run/{{name}}'],
          hint: 'still-inside',
        },
      ],
    },
    {
      id: 'from-outside',
      title: 'From outside, set the NIS domain name of the pinned namespace to {{domain}}, and of no other',
      needs: ['pin'],
      points: 5,
      check: ({ state }, { name, domain }) =>
        pinnedAt(state, 'lab', `/run/${name}`)?.domainname === domain && domainOfMachine(state) !== domain,
      hints: [
        {
          id: 'machine-domain',
          when: ({ state }, { domain }) => domainOfMachine(state) === domain,
          text: () =>
            "That was the Machine's own domain name: the command ran in the namespace your shell is in. Put it back with domainname '(none)'.",
        },
        {
          id: 'nsenter',
          text: (_, { name }) =>
            `nsenter --uts=/run/${name} COMMAND joins the pinned namespace for one command. The command is domainname.`,
        },
      ],
      solutions: [
        { title: 'nsenter', steps: ['nsenter --uts=/run/{{name}} domainname {{domain}}'] },
        {
          title: 'nsenter and /proc',
          steps: ["nsenter --uts=/run/{{name}} sh -c 'echo {{domain}} > /proc/sys/kernel/domainname'"],
        },
      ],
      pitfalls: [
        { title: 'Without entering', steps: ['domainname {{domain}}'], hint: 'machine-domain' },
        {
          title: 'A new namespace instead of the old',
          steps: ['unshare --uts domainname {{domain}}'],
          hint: 'nsenter',
        },
      ],
    },
    {
      id: 'find',
      title: 'Some process was here before you, under a name of its own. Find that name and write it to /root/found',
      points: 10,
      check: async (lab, { secret }) => (await answerIn(lab, '/root/found')) === secret,
      hints: [
        {
          id: 'own-hostname',
          when: async (lab) => (await answerIn(lab, '/root/found')) === 'lab',
          text: () =>
            "That is the Machine's name. The process you look for is in another UTS namespace: run hostname in there.",
        },
        {
          id: 'process-name',
          when: async (lab) => (await answerIn(lab, '/root/found')) !== null,
          text: async (lab) =>
            `"${await answerIn(lab, '/root/found')}" is not the name it sees. Enter its namespace and ask the kernel: hostname.`,
        },
        {
          id: 'lsns',
          text: () =>
            'lsns -t uts lists every UTS namespace with a process in it and the lowest PID there. Three processes called sleep look alike; one of them is alone in its namespace. nsenter -t PID --uts hostname asks in there.',
        },
      ],
      solutions: [
        {
          title: 'lsns, then nsenter',
          steps: [
            'for p in $(pgrep -f archivist); do nsenter -t $p --uts hostname; done | grep -vx lab | head -n 1 > /root/found',
          ],
        },
      ],
      pitfalls: [
        { title: 'Asking outside', steps: ['hostname > /root/found'], hint: 'own-hostname' },
        { title: 'The name of the process', steps: ['echo archivist > /root/found'], hint: 'process-name' },
      ],
    },
    {
      id: 'sealed',
      title:
        'Challenge: keep a process running under the name {{vault}} so that nobody inside its UTS namespace could rename it',
      needs: ['own-name'],
      points: 20,
      challenge: true,
      check: ({ state }, { vault }) => {
        const ns = named(state, vault);
        return ns !== undefined && processesIn(state, ns.id).length > 0 && adminsIn(state, ns).length === 0;
      },
      hints: [
        {
          id: 'waiting-parent',
          when: ({ state }, { vault }) => {
            const ns = named(state, vault);
            return ns !== undefined && processesIn(state, ns.id).length > adminsIn(state, ns).length;
          },
          text: ({ state }, { vault }) => {
            const ns = named(state, vault);
            const [admin] = ns ? adminsIn(state, ns) : [];
            return `One process in there has no power over the name, but ${admin?.command} (${admin?.nsPids[0]}) is in there too and still has CAP_SYS_ADMIN: it waits for its child. Something has to *become* the powerless process (exec), not start it.`;
          },
        },
        {
          id: 'still-admin',
          when: ({ state }, { vault }) => named(state, vault) !== undefined,
          text: () =>
            'The name is right, but every process in there holds CAP_SYS_ADMIN (bit 21 of CapEff in /proc/PID/status), so any of them may call sethostname(2). Name first, then give up the capability.',
        },
        {
          id: 'order',
          text: (_, { vault }) =>
            `Three steps for one process: a new UTS namespace, the name ${vault}, then exec of something without CAP_SYS_ADMIN. setpriv(1) can change the user or shrink the bounding set before it executes a command.`,
        },
      ],
      solutions: [
        {
          title: 'Become another user',
          steps: [
            "unshare --uts sh -c 'hostname {{vault}}; exec setpriv --reuid learner --regid learner --init-groups sleep 3000' &",
          ],
        },
        {
          title: 'Stay root, lose one capability',
          steps: ["unshare --uts sh -c 'hostname {{vault}}; exec setpriv --bounding-set -sys_admin sleep 3000' &"],
        },
      ],
      pitfalls: [
        {
          title: 'A name, all powers',
          steps: ["unshare --uts sh -c 'hostname {{vault}}; exec sleep 3000' &"],
          hint: 'still-admin',
        },
        {
          title: 'su stays behind as root',
          steps: ['unshare --uts sh -c \'hostname {{vault}}; exec su learner -c "sleep 3000"\' &'],
          hint: 'waiting-parent',
        },
      ],
    },
  ],
});

function hostnameOfMachine(state: LabState): string | undefined {
  return state.namespaces[machineNamespace(state, 'lab', 'uts') ?? '']?.hostname;
}

function domainOfMachine(state: LabState): string | undefined {
  return state.namespaces[machineNamespace(state, 'lab', 'uts') ?? '']?.domainname;
}

function named(state: LabState, hostname: string): Namespace | undefined {
  return madeNamespaces(state, 'uts').find((ns) => ns.hostname === hostname);
}

/** Namespaces the learner made: all but the one the Machine's setup hid. */
function yours(state: LabState, secret: string): Namespace[] {
  return madeNamespaces(state, 'uts').filter((ns) => ns.hostname !== secret);
}

function adminsIn(state: LabState, ns: Namespace) {
  return processesIn(state, ns.id).filter((process) => hasCapability(process, SYS_ADMIN));
}
