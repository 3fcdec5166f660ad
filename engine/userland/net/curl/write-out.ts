/** `curl -w`: what is told after a transfer. */
import { header } from '../http/message';
import type { TransferResult } from './transfer';
import { urlText } from './url';

export function writeOut(format: string, result: TransferResult, code: number, message: string): string {
  return format.replace(/\\(.)|%\{([a-z_]+)\}|%%/g, (whole, escaped: string | undefined, name: string | undefined) => {
    if (escaped !== undefined) return { n: '\n', t: '\t', r: '\r', '\\': '\\' }[escaped] ?? whole;
    if (name === undefined) return '%';
    return variable(name, result, code, message) ?? '';
  });
}

function variable(name: string, result: TransferResult, code: number, message: string): string | null {
  const { response, connection, times, url } = result;
  const seconds = (moment: number) => (moment === 0 ? '0.000000' : ((moment - times.start) / 1e9).toFixed(6));
  switch (name) {
    case 'http_code':
    case 'response_code':
      return String(response?.status ?? 0).padStart(3, '0');
    case 'size_download':
      return String(result.downloaded);
    case 'size_upload':
      return String(result.uploaded);
    case 'size_header':
      return String(result.headerBytes);
    case 'url':
    case 'url_effective':
      return url ? urlText(url) : '';
    case 'content_type':
      return response ? header(response.headers, 'content-type') : '';
    case 'redirect_url':
      return response && url ? (header(response.headers, 'location') ?? '') : '';
    case 'num_connects':
      return String(result.connects);
    case 'num_redirects':
      return String(result.redirects);
    case 'remote_ip':
      return connection?.remote ?? '';
    case 'remote_port':
      return String(connection?.remotePort ?? 0);
    case 'local_ip':
      return connection?.local ?? '';
    case 'local_port':
      return String(connection?.localPort ?? 0);
    case 'method':
      return result.method;
    case 'scheme':
      return (url?.scheme ?? '').toUpperCase();
    case 'http_version':
      return response ? response.version.slice(5) : '0';
    case 'exitcode':
      return String(code);
    case 'errormsg':
      return message;
    case 'time_total':
      return seconds(times.end);
    case 'time_connect':
    case 'time_pretransfer':
      return seconds(times.connected);
    case 'time_starttransfer':
      return seconds(times.started);
    case 'time_namelookup':
    case 'time_appconnect':
    case 'time_redirect':
      return '0.000000';
    case 'speed_download':
      return String(Math.floor(result.downloaded / Math.max(1e-6, (times.end - times.start) / 1e9)));
    default:
      return null;
  }
}
