/** What several plugins read from a configuration in the same way. */
import { z } from 'zod';
import type { PluginRequest } from '../../plugin';
import { argOf, checked, parseArgs } from '../../spec';

/** Absent, null and the empty string are the same to programs written in Go. */
export const text = z
  .string()
  .nullish()
  .transform((given) => given || undefined);
export const flag = z
  .boolean()
  .nullish()
  .transform((given) => given ?? false);
export const count = z
  .number()
  .int()
  .min(0)
  .nullish()
  .transform((given) => given || undefined);

export const MacSchema = z
  .string()
  .regex(/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i, 'is no hardware address (02:00:00:00:00:01)')
  .transform((mac) => mac.toLowerCase().replaceAll('-', ':'));
const OptionalMac = text.pipe(MacSchema.optional());

const GivenSchema = z.object({
  mac: OptionalMac,
  args: z.object({ cni: z.object({ mac: OptionalMac }).nullish() }).nullish(),
  runtimeConfig: z.object({ mac: OptionalMac }).nullish(),
});

/** The hardware address that was asked for: by the runtime's capability first, then CNI_ARGS, args, the configuration. */
export function wantedMac({ config, args }: PluginRequest): string | undefined {
  const given = checked(GivenSchema, config.raw, `${config.type} config`);
  const fromArgs = argOf(parseArgs(args), 'MAC');
  const mac = fromArgs === undefined ? undefined : checked(MacSchema, fromArgs, 'CNI_ARGS MAC');
  return given.runtimeConfig?.mac ?? mac ?? given.args?.cni?.mac ?? given.mac;
}
