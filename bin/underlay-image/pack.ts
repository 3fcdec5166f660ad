/** Options of `underlay-image pack`, and what they make of a directory. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { type ImageStore, type PackOptions, packImage, parsePlatform, parseReference } from '../../engine/image';
import { compress } from '../../engine/image/host';
import { manifestFor } from './find';

export interface PackFlags {
  base?: string;
  entrypoint?: string[];
  cmd?: string[];
  env?: string[];
  label?: string[];
  expose?: string[];
  workdir?: string;
  user?: string;
  platform: PackOptions['platform'];
  compression: PackOptions['compression'];
  epoch: number;
}

export function withPackOptions(command: Command, platform: PackOptions['platform']): Command {
  return command
    .option('--base <name>', 'an image of the store that it lies on')
    .option('--entrypoint <json>', 'a list: ["/bin/sh", "-c"]', strings)
    .option('--cmd <json>', 'a list', strings)
    .option('--env <name=value...>', 'instead of those of the base')
    .option('--label <name=value...>')
    .option('--expose <port...>', '80/tcp')
    .option('--workdir <path>')
    .option('--user <user>')
    .option('--platform <platform>', 'what it is for', parsePlatform, platform)
    .addOption(new Option('--compression <how>').choices(['none', 'gzip', 'zstd']).default('gzip'))
    .option('--epoch <seconds>', 'no file and no image is later: the same directory gives the same digest', seconds, 0);
}

export async function packInto(store: ImageStore, directory: string, name: string, flags: PackFlags): Promise<string> {
  const { base, platform, compression, epoch } = flags;
  // Loaded only here: the other commands need no system calls of their own.
  const { LinuxTree } = await import('../../engine/kernel/linux');
  const tree = LinuxTree.open(resolve(directory));
  const lease = store.lease();
  try {
    const target = await packImage(store, tree, lease, {
      ...(base === undefined ? {} : { base: await manifestFor(store, base, platform) }),
      platform,
      execution: executionOf(flags),
      createdBy: 'underlay-image pack',
      epoch,
      compression,
      compress,
    });
    await store.tag(parseReference(name), target);
    return target.digest;
  } finally {
    lease.release();
    tree.dispose();
  }
}

function executionOf({ entrypoint, cmd, env, label, expose, workdir, user }: PackFlags): PackOptions['execution'] {
  return {
    ...(user === undefined ? {} : { User: user }),
    ...(expose ? { ExposedPorts: Object.fromEntries(expose.map((port) => [port, {}])) } : {}),
    ...(env ? { Env: env } : {}),
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(cmd ? { Cmd: cmd } : {}),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(label ? { Labels: Object.fromEntries(label.map(pair)) } : {}),
  };
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function strings(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((each) => typeof each === 'string')) return parsed;
  } catch {
    // Told of below, as any other text that is no list.
  }
  throw new InvalidArgumentError('It is a list of strings in JSON.');
}

function seconds(text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number of seconds since 1970.');
}
