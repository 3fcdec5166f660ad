const notThereYet = 'nc and socat are not there yet';
const iproute = 'ip says it in other words, or takes an abbreviation for something else';
const missingDriver = 'the real kernel here was built without this driver, the simulated one has it';

/** Scenarios whose transcripts are not the same yet, each with the reason. A run says which have become equal. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  ['overlay: rename a lower directory', 'what mv leaves when it has to copy instead of renaming carries other marks'],
  ['processes: a group gets a signal', 'bash tells of an ended job in the background a moment later'],
  ['processes: environment', '/proc/self/environ that was opened before exec shows the new program'],
  ['processes: file capabilities', 'no_new_privs takes file capabilities away, which the kernel here lets pass'],
  ['network: the same name twice', 'ip netns exec ends with 1, the real one with 255'],
  ['network: names', iproute],
  ['network: unknown kinds and options', iproute],
  ['network: two bridges', iproute],
  ['network: a router', 'tracepath is not there yet'],
  ['network: netcat', notThereYet],
  ['network: datagrams', notThereYet],
  ['network: a unix socket', notThereYet],
  ['network: socat', notThereYet],
  ['network: what nft shows of iptables', 'the rules of iptables are listed in other words'],
  ['network: without the right', 'a message of netlink is missing'],
  [
    'network: chains that are jumped to',
    'a chain can be deleted while a rule still jumps to it, if both go in one command',
  ],
  ['network: delay and loss', 'the real kernel here has no netem, the simulated one has it'],
  ['network: macvlan', missingDriver],
  ['network: ipvlan', missingDriver],
  ['network: a VLAN', missingDriver],
  ['network: dummy', missingDriver],
  ['network: names resolve from hosts', 'getent and resolving by DNS are not the same yet'],
  ['network: proc of the network', 'a heading of /proc/net/route is in another place'],
]);
