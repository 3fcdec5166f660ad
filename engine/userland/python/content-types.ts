/** Types of files by the ends of their names, for the file server. */
import { bare } from '../../kernel/sim';

const types: Readonly<Record<string, string>> = bare({
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  csv: 'text/csv',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  xml: 'text/xml',
  pdf: 'application/pdf',
  zip: 'application/zip',
  tar: 'application/x-tar',
  gz: 'application/gzip',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  ico: 'image/vnd.microsoft.icon',
  py: 'text/x-python',
  sh: 'application/x-sh',
  c: 'text/plain',
  h: 'text/plain',
  wasm: 'application/wasm',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
});

export function contentType(path: string): string {
  const [, ending = ''] = /\.([^./]+)$/.exec(path) ?? [];
  return types[ending.toLowerCase()] ?? 'application/octet-stream';
}
