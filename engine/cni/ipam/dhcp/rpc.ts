/**
 * How the plugin speaks with the daemon: JSON-RPC 1.0, a line a message, with the methods and parameters of the plugin of that name
 * beside the specification. Its encoding is Go's own (gob), so the two cannot be mixed.
 */
import { z } from 'zod';
import { decodeBase64, encodeBase64 } from '../../base64';
import {
  asCniError,
  CniError,
  checked,
  decodeObject,
  errorCodes,
  parseResult,
  type Result,
  resultObject,
} from '../../spec';
import type { DhcpDaemon, LeaseRequest } from './daemon';

type Method = 'DHCP.Allocate' | 'DHCP.Release';

const CallSchema = z.object({
  method: z.enum(['DHCP.Allocate', 'DHCP.Release']),
  id: z.unknown(),
  params: z.tuple([
    z.object({
      ContainerID: z.string(),
      Netns: z.string(),
      IfName: z.string(),
      Args: z.string().default(''),
      StdinData: z.string(),
    }),
  ]),
});

const ReplySchema = z.object({ result: z.record(z.string(), z.unknown()).nullish(), error: z.string().nullish() });

/** The daemon's answer to a line. */
export async function answerCall(daemon: DhcpDaemon, line: string): Promise<string> {
  let id: unknown = null;
  try {
    const object = decodeObject(line, 'DHCP call');
    id = object.id ?? null;
    const { method, params } = checked(CallSchema, object, 'DHCP call');
    const [{ ContainerID, Netns, IfName, Args, StdinData }] = params;
    const config = decodeBase64(StdinData);
    const request = { containerId: ContainerID, netns: Netns, ifname: IfName, args: Args, config };
    const result = method === 'DHCP.Allocate' ? resultObject(await daemon.allocate(request), '1.0.0') : {};
    if (method === 'DHCP.Release') await daemon.release(request);
    return JSON.stringify({ id, result, error: null });
  } catch (error) {
    return JSON.stringify({ id, result: null, error: asCniError(error).message });
  }
}

export function callLine(method: Method, request: LeaseRequest): string {
  const { containerId, netns, ifname, args, config } = request;
  const params = { ContainerID: containerId, Netns: netns, IfName: ifname, Args: args, Path: '' };
  return JSON.stringify({ method, params: [{ ...params, StdinData: encodeBase64(config) }], id: 0 });
}

/** What the daemon's line says. Errors: 11 with what it complains of. */
export function readReply(line: string): Result | undefined {
  const { result, error } = checked(ReplySchema, decodeObject(line, 'answer of the DHCP daemon'), 'DHCP daemon');
  if (error) throw new CniError(errorCodes.tryAgainLater, `error calling the DHCP daemon: ${error}`);
  return result && Object.keys(result).length > 0 ? parseResult(result, '1.0.0') : undefined;
}
