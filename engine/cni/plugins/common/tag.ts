/** By which a packet rule is known to belong to an attachment: the rule's comment. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Attachment, PluginRequest } from '../../plugin';

/** What fits into a rule's comment, which nf_tables keeps in 128 bytes. */
const longest = 120;

export const digest = (text: string, length: number): string => bytesToHex(sha256(utf8ToBytes(text))).slice(0, length);

/** `network/container/interface`, or digests of them where that is too long. */
export function tagOf({ config, containerId, ifname }: PluginRequest): string {
  return tag(config.name, { containerID: containerId, ifname });
}

export function tag(network: string, { containerID, ifname }: Attachment): string {
  const plain = `${network}/${containerID}/${ifname}`;
  return plain.length <= longest ? plain : `${hashedNetwork(network)}${digest(`${containerID}/${ifname}`, 40)}`;
}

/** Whether a tag is of this network, and of none of the attachments. */
export function isStale(found: string, network: string, valid: Attachment[]): boolean {
  const ofNetwork = found.startsWith(`${network}/`) || found.startsWith(hashedNetwork(network));
  return ofNetwork && !valid.some((attachment) => tag(network, attachment) === found);
}

const hashedNetwork = (network: string) => `#${digest(network, 16)}/`;

/** A device of the host that belongs to one attachment: named so that DEL finds it without the container's namespace. */
export function hostDeviceName(prefix: string, { config, containerId, ifname }: PluginRequest): string {
  return `${prefix}${digest(`${config.name}/${containerId}/${ifname}`, 15 - prefix.length)}`;
}
