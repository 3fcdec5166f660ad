/** The tuning plugin: changes sysctls of the container and properties of its interface, and changes the latter back. */
import { z } from 'zod';
import type { LinkChange, LinkInfo, NetworkNamespace } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import { CniError, checked, cniVersions, decodeObject, errorCodes, type Result } from '../spec';
import { isOwnNetns, requireLink, withBoxIfThere, withPair } from './common/namespaces';
import { count, flag, text, wantedMac } from './common/options';
import { withUndo } from './common/undo';
import type { PluginHost } from './host';

const TuningSchema = z.object({
  dataDir: text.transform((directory) => directory ?? '/run/cni/tuning'),
  sysctl: z
    .record(z.string(), z.string())
    .nullish()
    .transform((given) => given ?? {}),
  promisc: flag,
  allmulti: z.boolean().nullish(),
  mtu: count,
  txQLen: z.number().int().min(0).nullish(),
});

type TuningConfig = z.infer<typeof TuningSchema>;

/** What the interface was before. */
const BackupSchema = z.object({
  mac: z.string().optional(),
  promisc: z.boolean().optional(),
  allmulti: z.boolean().optional(),
  mtu: z.number().optional(),
  txQLen: z.number().optional(),
});

type Properties = z.infer<typeof BackupSchema>;

/** Which sysctls may be changed: a regular expression a line. Without the file, all of the network's. */
const allowlistPath = '/etc/cni/tuning/allowlist.conf';

export function tuningPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI tuning plugin (Underlay): changes sysctls and properties of an interface',
    isOwnNetns: (netns) => isOwnNetns(host, netns),
    async add(request) {
      const config = tuningConfig(request);
      const result = requirePrevious(request);
      const sysctls = await allowedSysctls(host, request, config);
      const wanted = wantedProperties(config, request);
      await withPair(host, request.netns, ({ box }) => tune(host, request, config, box, sysctls, wanted));
      return withNewProperties(result, request, wanted);
    },
    async del(request) {
      const config = tuningConfig(request);
      const path = backupPath(config, request);
      const backup = await host.files.read(path);
      if (backup !== null) await withBoxIfThere(host, request.netns, (box) => restore(box, request.ifname, backup));
      await host.files.remove(path);
    },
    async check(request) {
      const config = tuningConfig(request);
      const sysctls = await allowedSysctls(host, request, config);
      await withPair(host, request.netns, ({ box }) =>
        checkTuned(box, request, sysctls, wantedProperties(config, request)),
      );
    },
  };
}

const tuningConfig = ({ config }: PluginRequest): TuningConfig => checked(TuningSchema, config.raw, 'tuning config');

const backupPath = ({ dataDir }: TuningConfig, { containerId, ifname }: PluginRequest) =>
  `${dataDir}/${containerId}_${ifname}.json`;

function wantedProperties(config: TuningConfig, request: PluginRequest): Properties {
  const mac = wantedMac(request);
  return {
    ...(mac === undefined ? {} : { mac }),
    ...(config.promisc ? { promisc: true } : {}),
    ...(typeof config.allmulti === 'boolean' ? { allmulti: config.allmulti } : {}),
    ...(config.mtu === undefined ? {} : { mtu: config.mtu }),
    ...(typeof config.txQLen === 'number' ? { txQLen: config.txQLen } : {}),
  };
}

/** Names with the interface's in place of IFNAME. Errors: 7 for what is not of the network, or not allowed. */
async function allowedSysctls(
  host: PluginHost,
  { ifname }: PluginRequest,
  { sysctl }: TuningConfig,
): Promise<Array<[name: string, value: string]>> {
  const names = Object.entries(sysctl);
  if (names.length === 0) return [];
  const allowlist = await host.files.read(allowlistPath);
  const patterns = allowlist?.split('\n').flatMap((line) => (line.trim() === '' ? [] : [new RegExp(line.trim())]));
  return names.map(([given, value]) => {
    // A device's name may hold dots: with slashes they part nothing.
    const name = (given.includes('/') ? given : given.replaceAll('.', '/')).replace('IFNAME', ifname);
    if (!name.startsWith('net/') || name.includes('..'))
      throw new CniError(errorCodes.invalidConfig, `invalid net sysctl key: ${JSON.stringify(given)}`);
    if (patterns && !patterns.some((pattern) => pattern.test(given)))
      throw new CniError(
        errorCodes.invalidConfig,
        `Sysctl ${given} is not allowed. Only the following sysctls are allowed: ${patterns.join(' ')}`,
      );
    return [name, value];
  });
}

function tune(
  host: PluginHost,
  request: PluginRequest,
  config: TuningConfig,
  box: NetworkNamespace,
  sysctls: Array<[name: string, value: string]>,
  wanted: Properties,
): Promise<void> {
  return withUndo(async (onFailure) => {
    for (const [name, value] of sysctls) {
      const before = box.sysctl(name);
      box.sysctlSet(name, value);
      onFailure(() => box.sysctlSet(name, before));
    }
    if (Object.keys(wanted).length === 0) return;
    const link = requireLink(box, request.ifname);
    const before = propertiesNow(link, wanted);
    const path = backupPath(config, request);
    await host.files.makeDirectory(config.dataDir, 0o755);
    onFailure(() => host.files.remove(path));
    await host.files.write(path, JSON.stringify(before));
    onFailure(() => change(box, request.ifname, before));
    change(box, request.ifname, wanted);
  });
}

function propertiesNow(link: LinkInfo, wanted: Properties): Properties {
  const all = {
    mac: link.address,
    promisc: link.flags.includes('PROMISC'),
    allmulti: link.flags.includes('ALLMULTI'),
    mtu: link.mtu,
    txQLen: link.queueLength,
  };
  return BackupSchema.parse(Object.fromEntries(Object.entries(all).filter(([name]) => name in wanted)));
}

function change(box: NetworkNamespace, ifname: string, { mac, promisc, allmulti, mtu, txQLen }: Properties): void {
  const { index, flags } = requireLink(box, ifname);
  const rest: LinkChange = {
    ...(promisc === undefined ? {} : { promisc }),
    ...(allmulti === undefined ? {} : { allMulti: allmulti }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(txQLen === undefined ? {} : { queueLength: txQLen }),
  };
  if (mac !== undefined) {
    // Several kinds of device take another address only while they are down.
    const up = flags.includes('UP');
    const routes = up ? (['inet', 'inet6'] as const).flatMap((family) => box.routes(family)) : [];
    if (up) box.linkSet(index, { up: false });
    box.linkSet(index, { address: mac, ...(up ? { up: true } : {}) });
    // Going down took its routes, and the kernel brings back its own only.
    for (const route of routes.filter(({ device, protocol }) => device === index && protocol !== 'kernel')) {
      box.routeAdd(route, 'replace');
    }
  }
  if (Object.keys(rest).length > 0) box.linkSet(index, rest);
}

function restore(box: NetworkNamespace, ifname: string, backup: string): void {
  if (!box.link(ifname)) return;
  change(box, ifname, checked(BackupSchema, decodeObject(backup, 'backup of tuning'), 'backup of tuning'));
}

/** The interface as the next plugin is to see it. */
function withNewProperties(result: Result, { ifname, netns }: PluginRequest, { mac, mtu }: Properties): Result {
  const interfaces = result.interfaces.map((each) =>
    each.name === ifname && each.sandbox === netns
      ? { ...each, ...(mac ? { mac } : {}), ...(mtu ? { mtu } : {}) }
      : each,
  );
  return { ...result, interfaces };
}

function checkTuned(
  box: NetworkNamespace,
  { ifname }: PluginRequest,
  sysctls: Array<[name: string, value: string]>,
  wanted: Properties,
): void {
  const fail = (what: string, is: unknown, not: unknown) =>
    new CniError(errorCodes.internal, `${what} of ${ifname} is ${is}, not ${not}`);
  for (const [name, value] of sysctls) {
    const is = box.sysctl(name);
    if (is !== value.trim()) throw fail(name, is, value);
  }
  const now = propertiesNow(requireLink(box, ifname), wanted);
  for (const [name, value] of Object.entries(wanted)) {
    const is = Object.entries(now).find(([known]) => known === name)?.[1];
    if (is !== value) throw fail(name, is, value);
  }
}
