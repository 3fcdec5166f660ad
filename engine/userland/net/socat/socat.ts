/** socat(1) 1.7.4: two addresses, and data between them. */
import { type Blocking, isSysError, type Program, type Sys, strerror } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { calendarOf, strftime } from '../../lib/time';
import { Services } from '../names';
import { parseAddress } from './address';
import { type Channel, type TransferSettings, transfer } from './channel';
import type { Opening } from './kind';
import { unlinkQuietly } from './listening';
import { SocatError, SocatLog } from './log';
import { openAddress } from './open';

const defaultLingerNs = 500_000_000;
/** SIGHUP, SIGINT, SIGTERM */
const endingSignals = [1, 2, 15];
const versionText =
  'socat by Gerhard Rieger and contributors - see www.dest-unreach.org\nsocat version 1.7.4.4 on 06 Nov 2022 08:15:51\n';

interface Settings extends TransferSettings {
  level: number;
  addresses: string[];
  showsVersion: boolean;
}

export const socat: Program = function* (sys, argv, env) {
  let log = new SocatLog(sys, 1);
  const interruption: { signal: number | null } = { signal: null };
  let paths: string[] = [];
  try {
    const settings = readOptions(argv.slice(1));
    log = new SocatLog(sys, settings.level);
    if (settings.showsVersion) {
      yield* writeAll(sys, 1, versionText);
      return 0;
    }
    for (const number of endingSignals) {
      const handler = () => {
        interruption.signal = number;
      };
      sys.sigaction(number, { handler, restart: false });
    }
    // Where it writes down signals that come; only the numbers of later descriptors show it.
    sys.pipe({ closeOnExec: true });
    paths = settings.addresses.flatMap(boundPath);
    yield* run({ sys, env, services: yield* Services.load(sys), log, access: 'both' }, settings);
    yield* log.say('N', 'exiting with status 0');
    return 0;
  } catch (error) {
    if (!(error instanceof SocatError || isSysError(error))) throw error;
    const { signal } = interruption;
    if (signal !== null) {
      yield* log.say('W', `exiting on signal ${signal}`);
      return 128 + signal;
    }
    yield* log.say('E', isSysError(error) ? strerror(error.errno) : error.message);
    yield* log.say('N', 'exit(1)');
    return 1;
  } finally {
    for (const path of paths) unlinkQuietly(sys, path);
  }
};

function* run(opening: Opening, settings: Settings): Blocking<void> {
  const [left = '', right = ''] = settings.addresses;
  const [access, back] = accessOf(settings);
  yield* openAddress({ ...opening, access }, left, function* (first, one: Channel) {
    yield* openAddress({ ...first, access: back }, right, function* (second, other: Channel) {
      yield* transfer(second.sys, one, other, settings, second.log);
    });
  });
}

function accessOf({ leftToRight, rightToLeft }: Settings): [Opening['access'], Opening['access']] {
  if (leftToRight && rightToLeft) return ['both', 'both'];
  return leftToRight ? ['read', 'write'] : ['write', 'read'];
}

/** Sockets in the filesystem go when socat does. */
function boundPath(text: string): string[] {
  const { type, parameters } = parseAddress(text);
  return (type === 'UNIX-LISTEN' || type === 'UNIX-L') && parameters[0] !== undefined ? [parameters[0]] : [];
}

function readOptions(args: readonly string[]): Settings {
  const settings: Settings = {
    level: 1,
    addresses: [],
    showsVersion: false,
    blockSize: 8192,
    lingerNs: defaultLingerNs,
    idleNs: null,
    leftToRight: true,
    rightToLeft: true,
    dump: null,
    now: (sys) => `${strftime('%Y/%m/%d %H:%M:%S', calendarOf(sys.clockGettime('realtime')))}.${micros(sys)}`,
  };
  const rest = [...args];
  const value = (option: string) => (option.length > 2 ? option.slice(2) : (rest.shift() ?? ''));
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-') || arg === '-' || arg.startsWith('-,')) settings.addresses.push(arg);
    else if (/^-d+\d?$/.test(arg)) settings.level += /\d$/.test(arg) ? Number(arg.slice(-1)) : arg.length - 1;
    else if (arg === '-V') settings.showsVersion = true;
    else if (arg === '-v') settings.dump = 'text';
    else if (arg === '-x') settings.dump = 'hex';
    else if (arg === '-u') settings.rightToLeft = false;
    else if (arg === '-U') settings.leftToRight = false;
    else if (arg.startsWith('-t')) settings.lingerNs = Number(value(arg)) * 1e9;
    else if (arg.startsWith('-T')) settings.idleNs = Number(value(arg)) * 1e9;
    else if (arg.startsWith('-b')) settings.blockSize = Number(value(arg));
    else if (/^-l/.test(arg) || arg === '-s' || arg === '-g' || arg === '-4' || arg === '-6') continue;
    else throw new SocatError(`unknown option "${arg}"; use option "-h" for help`);
  }
  if (settings.showsVersion || settings.addresses.length === 2) return settings;
  throw new SocatError(
    `exactly 2 addresses required (there are ${settings.addresses.length}); use option "-h" for help`,
  );
}

function micros(sys: Sys): string {
  return String(Math.floor((sys.clockGettime('realtime') % 1e9) / 1000)).padStart(6, '0');
}
