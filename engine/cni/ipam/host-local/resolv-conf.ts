/** resolv.conf(5), as far as a result has room for it. */
import { type Dns, emptyDns } from '../../spec';

export function parseResolvConf(text: string): Dns {
  const dns = emptyDns();
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue;
    const [keyword, ...values] = line.trim().split(/\s+/);
    const [first] = values;
    if (first === undefined) continue;
    if (keyword === 'nameserver') dns.nameservers.push(first);
    if (keyword === 'domain') dns.domain = first;
    if (keyword === 'search') dns.search.push(...values);
    if (keyword === 'options') dns.options.push(...values);
  }
  return dns;
}
