/** Configuration of the bridge plugin. */
import { z } from 'zod';
import type { PluginRequest } from '../../plugin';
import { CniError, checked, errorCodes } from '../../spec';
import { count, flag, text, wantedMac } from '../common/options';

const vlanId = (least: number) =>
  z.number().int().min(least, `a VLAN's number is ${least} to 4094`).max(4094, `a VLAN's number is ${least} to 4094`);

const TrunkSchema = z
  .object({ id: vlanId(1).nullish(), minID: vlanId(1).nullish(), maxID: vlanId(1).nullish() })
  .transform(({ id, minID, maxID }, context): number[] => {
    const given = (value: number | null | undefined) => value !== null && value !== undefined;
    if (given(minID) !== given(maxID)) context.addIssue('minID and maxID come together');
    if (minID && maxID && minID > maxID) context.addIssue('minID is greater than maxID');
    const range = minID && maxID ? Array.from({ length: maxID - minID + 1 }, (_, at) => minID + at) : [];
    return [...range, ...(id ? [id] : [])];
  });

const BridgeSchema = z.object({
  bridge: text,
  isGateway: flag,
  isDefaultGateway: flag,
  forceAddress: flag,
  ipMasq: flag,
  mtu: count,
  hairpinMode: flag,
  promiscMode: flag,
  vlan: vlanId(0)
    .nullish()
    .transform((id) => id || undefined),
  vlanTrunk: z
    .array(TrunkSchema)
    .nullish()
    .transform((ranges) => [...new Set((ranges ?? []).flat())].sort((a, b) => a - b)),
  preserveDefaultVlan: z
    .boolean()
    .nullish()
    .transform((given) => given ?? true),
  macspoofchk: flag,
  disableContainerInterface: flag,
  portIsolation: flag,
});

export interface BridgeConfig extends Omit<z.infer<typeof BridgeSchema>, 'bridge'> {
  bridge: string;
  mac: string | undefined;
}

/** Errors: 7, naming the field, before anything is made. */
export function bridgeConfig(request: PluginRequest): BridgeConfig {
  const config = checked(BridgeSchema, request.config.raw, 'bridge config');
  const fail = (problem: string) => new CniError(errorCodes.invalidConfig, problem);
  if (config.hairpinMode && config.promiscMode)
    throw fail('cannot set hairpin mode and promiscuous mode at the same time');
  if (config.vlan !== undefined && config.vlanTrunk.length > 0) throw fail('vlan and vlanTrunk exclude each other');
  if (config.disableContainerInterface && (request.config.ipam?.type ?? '') !== '')
    throw fail('cannot use IPAM when DisableContainerInterface flag is set');
  return {
    ...config,
    bridge: config.bridge ?? 'cni0',
    isGateway: config.isGateway || config.isDefaultGateway,
    mac: wantedMac(request),
  };
}
