/** hostname(1) and its other names (Debian's hostname 3.23). */
import { type Blocking, bare, isSysError, type Program, type Sys, strerror } from '../../kernel/sim';
import { readHosts } from '../lib/hosts';
import { readFile, writeAll } from '../lib/io';
import { type OptionSpec, parseOptions, UsageError } from '../lib/options';

const options: OptionSpec[] = [
  { short: 'a', long: 'alias' },
  { short: 'A', long: 'all-fqdns' },
  { short: 'b', long: 'boot' },
  { short: 'd', long: 'domain' },
  { short: 'f', long: 'fqdn' },
  { long: 'long', as: 'fqdn' },
  { short: 'F', long: 'file', value: 'required' },
  { short: 'i', long: 'ip-address' },
  { short: 'I', long: 'all-ip-addresses' },
  { short: 's', long: 'short' },
  { short: 'y', long: 'yp' },
  { long: 'nis', as: 'yp' },
  { short: 'V', long: 'version' },
  { short: 'h', long: 'help' },
];

const usage = `Usage: hostname [-b] {NAME|-F FILE}         sets the host name
       hostname [-d|-f|-i|-I|-s|-y]         shows it in one form or another
       hostname                             shows it
       {nis,yp,}domainname [NAME|-F FILE]   sets or shows the NIS domain name
       dnsdomainname                        shows the DNS domain name
`;

/** What it is called decides what it shows. */
const meanings: Record<string, string> = bare({
  domainname: 'yp',
  nisdomainname: 'yp',
  ypdomainname: 'yp',
  dnsdomainname: 'domain',
});

export const hostname: Program = function* (sys, argv) {
  const name = (argv[0] ?? 'hostname').split('/').at(-1) ?? 'hostname';
  try {
    const given = parseOptions(argv.slice(1), options);
    if (given.has('help')) return yield* say(sys, usage, 0);
    if (given.has('version')) return yield* say(sys, 'hostname 3.23\n', 0);
    const asked = given.given.map((option) => option.name).find((one) => one !== 'file' && one !== 'boot');
    const what = asked ?? meanings[name] ?? 'name';
    const file = given.value('file');
    if (given.operands.length > 1) return yield* say(sys, usage, 255, 2);
    const wanted = file === null ? given.operands[0] : (yield* readFile(sys, file)).trim();
    if (wanted !== undefined) return yield* set(sys, name, what, wanted);
    // The program asks for the NIS name in a way that takes "(none)" for an answer of nobody.
    if (asked === 'yp' && sys.uname().domainname === '(none)') {
      return yield* say(sys, `${name}: Local domain name not set\n`, 1, 2);
    }
    return yield* say(sys, yield* shown(sys, what), 0);
  } catch (error) {
    if (error instanceof UsageError) {
      yield* writeAll(sys, 2, `${name}: ${error.message}\n${usage}`);
      return 255;
    }
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `${name}: ${strerror(error.errno)}\n`);
    return 1;
  }
};

function* shown(sys: Sys, what: string): Blocking<string> {
  const { nodename, domainname } = sys.uname();
  if (what === 'yp') return `${domainname}\n`;
  if (what === 'all-fqdns') return `${(yield* namesOfAddresses(sys)).map((name) => `${name} `).join('')}\n`;
  if (what === 'short') return `${nodename.split('.')[0]}\n`;
  if (what === 'all-ip-addresses') return `${ownAddresses(sys).join(' ')} \n`.replace(/^ \n$/, '\n');
  if (what === 'name' || what === 'boot') return `${nodename}\n`;
  const entry = (yield* readHosts(sys)).find(({ names }) => names.includes(nodename));
  const fqdn = entry?.names[0] ?? nodename;
  if (what === 'ip-address') return `${entry?.address ?? ownAddresses(sys)[0] ?? '127.0.0.1'}\n`;
  if (what === 'domain') return fqdn.includes('.') ? `${fqdn.slice(fqdn.indexOf('.') + 1)}\n` : '';
  if (what === 'alias') return `${(entry?.names.slice(1) ?? []).join(' ')}\n`;
  return `${fqdn}\n`;
}

/** Names /etc/hosts has for the addresses of the network. */
function* namesOfAddresses(sys: Sys): Blocking<string[]> {
  const known = yield* readHosts(sys);
  return ownAddresses(sys).flatMap((address) => known.find((entry) => entry.address === address)?.names[0] ?? []);
}

function ownAddresses(sys: Sys): string[] {
  return sys
    .addresses()
    .filter(({ scope }) => scope === 'global')
    .map(({ address }) => address);
}

function* set(sys: Sys, name: string, what: string, wanted: string): Blocking<number> {
  const isDomain = what === 'yp';
  if (!isDomain && !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(wanted)) {
    return yield* say(sys, `${name}: the specified hostname is invalid\n`, 1, 2);
  }
  try {
    if (isDomain) sys.setdomainname(wanted);
    else sys.sethostname(wanted);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    const words: Partial<Record<string, string>> = {
      EPERM: `you must be root to change the ${isDomain ? 'domain' : 'host'} name`,
      EINVAL: 'name too long',
    };
    return yield* say(sys, `${name}: ${words[error.errno] ?? strerror(error.errno)}\n`, 1, 2);
  }
}

function* say(sys: Sys, text: string, status: number, fd = 1): Blocking<number> {
  yield* writeAll(sys, fd, text);
  return status;
}
