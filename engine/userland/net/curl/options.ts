/** The options of curl(1) that are here. */
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';

const flag = (long: string, short?: string): OptionSpec => (short === undefined ? { long } : { long, short });
const valued = (long: string, short?: string): OptionSpec => ({ ...flag(long, short), value: 'required' });

const specs: readonly OptionSpec[] = [
  flag('silent', 's'),
  flag('show-error', 'S'),
  flag('fail', 'f'),
  flag('include', 'i'),
  flag('head', 'I'),
  flag('verbose', 'v'),
  flag('location', 'L'),
  flag('remote-name', 'O'),
  flag('get', 'G'),
  flag('version', 'V'),
  flag('help', 'h'),
  flag('ipv4', '4'),
  flag('ipv6', '6'),
  flag('insecure', 'k'),
  flag('no-progress-meter'),
  flag('progress-bar', '#'),
  flag('compressed'),
  flag('fail-with-body'),
  flag('http1.1'),
  flag('http1.0', '0'),
  flag('no-buffer', 'N'),
  flag('globoff', 'g'),
  flag('no-keepalive'),
  flag('retry-connrefused'),
  flag('path-as-is'),
  flag('tcp-nodelay'),
  valued('output', 'o'),
  valued('request', 'X'),
  valued('data', 'd'),
  valued('data-raw'),
  valued('data-binary'),
  valued('data-ascii'),
  valued('data-urlencode'),
  valued('json'),
  valued('header', 'H'),
  valued('user-agent', 'A'),
  valued('referer', 'e'),
  valued('user', 'u'),
  valued('cookie', 'b'),
  valued('max-time', 'm'),
  valued('connect-timeout'),
  valued('write-out', 'w'),
  valued('unix-socket'),
  valued('abstract-unix-socket'),
  valued('resolve'),
  valued('connect-to'),
  valued('interface'),
  valued('range', 'r'),
  valued('upload-file', 'T'),
  valued('dump-header', 'D'),
  valued('max-redirs'),
  valued('retry'),
  valued('retry-delay'),
  valued('url'),
  valued('local-port'),
  valued('noproxy'),
  valued('proxy', 'x'),
  valued('limit-rate'),
  valued('output-dir'),
  valued('form', 'F'),
];

/** Takes no abbreviation that is ambiguous; throws UsageError in curl's words. */
export function readCurlOptions(args: readonly string[]): ParsedOptions {
  try {
    return parseOptions(args, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(inCurlsWords(error.message));
  }
}

function inCurlsWords(message: string): string {
  const unknown = /^(?:unrecognized option '(.*)'|invalid option -- '(.)')$/.exec(message);
  if (unknown) return `option ${unknown[1] ?? `-${unknown[2]}`}: is unknown`;
  const missing = /^option (?:'(.*)' requires an argument|requires an argument -- '(.)')$/.exec(message);
  if (missing) return `option ${missing[1] ?? `-${missing[2]}`}: requires parameter`;
  const ambiguous = /^option '(.*)' is ambiguous/.exec(message);
  return ambiguous ? `option ${ambiguous[1]}: is ambiguous` : message;
}
