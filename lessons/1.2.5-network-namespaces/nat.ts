/** Tasks on addresses that are not what they seem: out through one, and in through the same. */
import type { LabState, PacketRule } from '../../engine/state';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { hostAt, listensAt, machineNet, type Names, pagePort, rulesAt } from './hosts';

/** True when the server on the internet has been asked for the learner's page by the Machine's own address. */
async function hasVisited(lab: LabHandle, token: string): Promise<boolean> {
  const visitors = (await lab.files('internet').text('/var/log/visitors')) ?? '';
  return visitors.split('\n').some((line) => line.startsWith('203.0.113.2:') && line.endsWith(`url:/${token}`));
}

/** Rules of the Machine that rewrite sources, whatever device they are for. */
function rewriting(state: LabState): PacketRule[] {
  return rulesAt(state, 'postrouting', /masquerade|snat/i);
}

/** Those that concern what leaves for the internet: they name no device, or eth0. */
function onTheWayOut(state: LabState): PacketRule[] {
  return rewriting(state).filter(({ text }) => !/\boif(name)? "(?!eth[0*]")/.test(text));
}

export const nat: Task<Names> = {
  id: 'nat',
  title: 'From red, fetch http://203.0.113.10/{{token}}. The server knows no way back to {{subnet}}',
  needs: ['way-out'],
  points: 15,
  kind: 'edge',
  check: async (lab, { token }) => onTheWayOut(lab.state).length > 0 && (await hasVisited(lab, token)),
  hints: [
    {
      id: 'not-the-way-out',
      when: ({ state }) => rewriting(state).length > 0 && onTheWayOut(state).length === 0,
      text: ({ state }) =>
        `There is a rule that rewrites sources (${rewriting(state)[0]?.text}), but not of what leaves for the internet. Ask ip route get 203.0.113.10 by which device that is.`,
    },
    {
      id: 'asked-by-the-machine',
      when: async (lab, { token }) => rewriting(lab.state).length === 0 && (await hasVisited(lab, token)),
      text: () =>
        'The server has seen the request, but it came from the Machine itself. From red it would arrive with an address the server cannot answer; there is no rule yet that changes it.',
    },
    {
      id: 'no-rule',
      when: ({ state }) => rewriting(state).length === 0,
      text: (_, { subnet }) =>
        `Packets from ${subnet} leave through eth0 with their private source address; the server has no route back and its answer is lost. A rule at the postrouting hook has to rewrite the source: masquerade takes the address of the device the packet leaves by.`,
    },
    {
      id: 'ask-again',
      text: (_, { token }) =>
        `The rule is there. Now ask: ip netns exec red curl http://203.0.113.10/${token}. If that hangs, look at the rule's device name, at red's default route, and at ip_forward.`,
    },
  ],
  solutions: [
    {
      title: 'nft',
      steps: [
        'nft add table ip lab',
        "nft 'add chain ip lab out { type nat hook postrouting priority srcnat; }'",
        'nft add rule ip lab out oifname eth0 masquerade',
        'ip netns exec red curl -s http://203.0.113.10/{{token}}',
      ],
    },
    {
      title: 'iptables',
      steps: [
        'iptables -t nat -A POSTROUTING -s {{subnet}} -o eth0 -j MASQUERADE',
        'ip netns exec red curl -s http://203.0.113.10/{{token}}',
      ],
    },
    {
      title: 'A fixed source address',
      steps: [
        'iptables -t nat -A POSTROUTING -s {{subnet}} -o eth0 -j SNAT --to-source 203.0.113.2',
        'ip netns exec red curl -s http://203.0.113.10/{{token}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Asking from the Machine',
      steps: ['curl -s http://203.0.113.10/{{token}}'],
      hint: 'asked-by-the-machine',
    },
    {
      title: 'No translation',
      steps: ['ip netns exec red curl -s --max-time 1 http://203.0.113.10/{{token}}'],
      hint: 'no-rule',
    },
    {
      title: 'Allowed, but not rewritten',
      steps: [
        'iptables -A FORWARD -s {{subnet}} -j ACCEPT',
        'ip netns exec red curl -s --max-time 1 http://203.0.113.10/{{token}}',
      ],
      hint: 'no-rule',
    },
    {
      title: 'A rule for a device that is not the way out',
      steps: [
        'iptables -t nat -A POSTROUTING -o br0 -j MASQUERADE',
        'ip netns exec red curl -s --max-time 1 http://203.0.113.10/{{token}}',
      ],
      hint: 'not-the-way-out',
    },
    {
      title: 'The same, and then asking from the Machine',
      steps: [
        'nft add table ip lab',
        "nft 'add chain ip lab out { type nat hook postrouting priority srcnat; }'",
        'nft add rule ip lab out oifname br0 masquerade',
        'curl -s http://203.0.113.10/{{token}}',
      ],
      hint: 'not-the-way-out',
    },
  ],
};

async function wasCalledBack(lab: LabHandle, word: string): Promise<boolean> {
  const callbacks = await lab.files('internet').text('/var/log/callbacks');
  return callbacks?.includes(word) ?? false;
}

function redServes(state: LabState, { red }: Names): boolean {
  const host = hostAt(state, red);
  return host !== undefined && listensAt(state, host.ns, pagePort);
}

export const published: Task<Names> = {
  id: 'published',
  title:
    "Challenge: publish red's page at port {{port}} of the Machine by a packet rule, and let the internet call back for it " +
    '(http://203.0.113.10/cgi-bin/callback)',
  needs: ['talk', 'way-out'],
  points: 25,
  challenge: true,
  check: async (lab, vars) =>
    !listensAt(lab.state, machineNet(lab.state), vars.port) &&
    rulesAt(lab.state, 'prerouting', /dnat/i).length > 0 &&
    (await wasCalledBack(lab, vars.word)),
  hints: [
    {
      id: 'a-program',
      when: ({ state }, { port }) => listensAt(state, machineNet(state), port),
      text: (_, { port }) =>
        `A program in the Machine listens at port ${port}. It works, but the connection ends there: red never learns who called. Do it with a packet rule that rewrites the destination.`,
    },
    {
      id: 'red-is-silent',
      when: ({ state }, vars) => !redServes(state, vars),
      text: () => 'Nothing listens at port 8000 in red any more. Start the server there again.',
    },
    {
      id: 'own-packets-only',
      when: ({ state }) => rulesAt(state, 'output', /dnat/i).length > 0,
      text: () =>
        'Your rule hangs at the output hook, where only packets pass that the Machine itself sends. What comes in from a device passes prerouting, before the kernel decides where it goes.',
    },
    {
      id: 'no-dnat',
      when: ({ state }) => rulesAt(state, 'prerouting', /dnat/i).length === 0,
      text: (_, { port, red }) =>
        `A packet for port ${port} of the Machine has to be for ${red}:8000 before the routing decision: dnat, at the prerouting hook.`,
    },
    {
      id: 'call-back',
      text: (_, { port }) =>
        `The rule is there. Ask for a call: curl http://203.0.113.10/cgi-bin/callback. Its answer says what the internet got at port ${port}. If it gets nothing, compare port and address in the rule with red's.`,
    },
  ],
  solutions: [
    {
      title: 'nft',
      steps: [
        'nft add table ip doors',
        "nft 'add chain ip doors in { type nat hook prerouting priority dstnat; }'",
        'nft add rule ip doors in iifname eth0 tcp dport {{port}} dnat to {{red}}:8000',
        'curl -s http://203.0.113.10/cgi-bin/callback',
      ],
    },
    {
      title: 'iptables',
      steps: [
        'iptables -t nat -A PREROUTING -i eth0 -p tcp --dport {{port}} -j DNAT --to-destination {{red}}:8000',
        'curl -s http://203.0.113.10/cgi-bin/callback',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A proxy',
      steps: [
        'socat TCP-LISTEN:{{port}},fork,reuseaddr TCP:{{red}}:8000 &',
        'until ss -ltn | grep -q :{{port}}; do sleep 0.1; done',
        'curl -s http://203.0.113.10/cgi-bin/callback',
      ],
      hint: 'a-program',
    },
    {
      title: "A rule for the Machine's own packets",
      steps: [
        'iptables -t nat -A OUTPUT -p tcp --dport {{port}} -j DNAT --to-destination {{red}}:8000',
        'curl -s http://203.0.113.10/cgi-bin/callback',
      ],
      hint: 'own-packets-only',
    },
    {
      title: 'The wrong port of red',
      steps: [
        'iptables -t nat -A PREROUTING -i eth0 -p tcp --dport {{port}} -j DNAT --to-destination {{red}}:{{port}}',
        'curl -s http://203.0.113.10/cgi-bin/callback',
      ],
      hint: 'call-back',
    },
  ],
};
