/** Which of several images is for a computer (image-index.md, "platform"; names of Go's GOOS and GOARCH). */
import { ImageError } from '../error';
import type { Descriptor, Platform } from './descriptor';

/** `linux/arm64/v8`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** Errors: `no-platform` when it is not `OS/ARCHITECTURE[/VARIANT]`. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  const [os, architecture, variant] = parts;
  const isWrong = parts.length < 2 || parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part));
  if (isWrong || os === undefined || architecture === undefined)
    throw new ImageError('no-platform', text, 'a platform looks like linux/amd64 or linux/arm/v7');
  return normalised({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

const architectures: ReadonlyMap<string, { architecture: string; variant?: string }> = new Map([
  ['x86_64', { architecture: 'amd64' }],
  ['x86-64', { architecture: 'amd64' }],
  ['i386', { architecture: '386' }],
  ['aarch64', { architecture: 'arm64' }],
  ['armhf', { architecture: 'arm', variant: 'v7' }],
  ['armel', { architecture: 'arm', variant: 'v6' }],
]);
/** What is meant when nothing is said. */
const usualVariants: ReadonlyMap<string, string> = new Map([
  ['arm64', 'v8'],
  ['arm', 'v7'],
  ['amd64', 'v1'],
]);

/** Other names of the same made one; the usual variant left out, except for arm, where it is always said. */
function normalised(platform: Platform): Platform {
  const known = architectures.get(platform.architecture.toLowerCase());
  const architecture = known?.architecture ?? platform.architecture.toLowerCase();
  const variant = platform.variant ?? known?.variant ?? (architecture === 'arm' ? 'v7' : undefined);
  const { variant: _, ...rest } = platform;
  const isUsual = architecture !== 'arm' && variant === usualVariants.get(architecture);
  return { ...rest, os: platform.os.toLowerCase(), architecture, ...(variant && !isUsual ? { variant } : {}) };
}

/** How well an image suits: 0 not at all, more is better. A computer also runs what was made for earlier variants. */
function suitability(wanted: Platform, offered: Platform): number {
  if (wanted.os !== offered.os || wanted.architecture !== offered.architecture) return 0;
  const rank = ({ variant, architecture }: Platform) =>
    Number.parseInt((variant ?? usualVariants.get(architecture) ?? 'v0').slice(1), 10);
  const [most, has] = [rank(wanted), rank(offered)];
  return has <= most ? 1 + has : 0;
}

/** The best manifest of an index; the first of several that are as good. Errors: `no-platform`, which lists what there is. */
export function selectPlatform(manifests: readonly Descriptor[], wanted: Platform, subject: string): Descriptor {
  const target = normalised(wanted);
  let best: { descriptor: Descriptor; score: number } | null = null;
  for (const descriptor of manifests) {
    if (!descriptor.platform) continue;
    const score = suitability(target, normalised(descriptor.platform));
    if (score > (best?.score ?? 0)) best = { descriptor, score };
  }
  if (best) return best.descriptor;
  const offered = manifests.flatMap(({ platform }) => (platform ? [platformText(platform)] : []));
  const there = offered.length === 0 ? 'none is for a platform' : `there are ${[...new Set(offered)].join(', ')}`;
  throw new ImageError('no-platform', subject, `has no image for ${platformText(target)}: ${there}`);
}
