/** Name servers and search lists, as configurations and results have them. */
import { z } from 'zod';

/** A list that Go programs may write as null. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

export const DnsSchema = z
  .object({
    nameservers: list(z.string()),
    domain: z
      .string()
      .nullish()
      .transform((domain) => domain ?? ''),
    search: list(z.string()),
    options: list(z.string()),
  })
  .nullish()
  .transform((dns) => dns ?? { nameservers: [], domain: '', search: [], options: [] });

export type Dns = z.infer<typeof DnsSchema>;

export const emptyDns = (): Dns => ({ nameservers: [], domain: '', search: [], options: [] });

/** Without what is empty, as it is written. */
export function dnsObject({ nameservers, domain, search, options }: Dns): object {
  return {
    ...(nameservers.length > 0 ? { nameservers } : {}),
    ...(domain === '' ? {} : { domain }),
    ...(search.length > 0 ? { search } : {}),
    ...(options.length > 0 ? { options } : {}),
  };
}
