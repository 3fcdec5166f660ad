import { bytesText, counted } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type ImageStack, type ImageStore, imageName, imageStores, type LayerNode, shortDigest } from './model';

export function imagesOutline(scene: Scene): Outline {
  const stores = imageStores(scene);
  if (stores.length === 0) return { summary: 'There is no image in this lab.', lines: [] };
  const names = stores.reduce((sum, store) => sum + store.names, 0);
  return {
    summary: `${counted(names, 'image name')} in ${counted(stores.length, 'layout')}.`,
    lines: stores.map((store) => ({
      text: `${store.layout} on ${store.machine}: ${totalsText(store)}`,
      children: [
        ...capLines(
          [...store.bare.map((stack) => stackLine(stack, [])), ...store.roots.flatMap((node) => stackLines(node, []))],
          40,
        ),
        ...(store.more > 0 ? [{ text: `and ${counted(store.more, 'more image')}` }] : []),
      ],
    })),
  };
}

/** `4 names, 2.1 MiB; would be 8.0 MiB without sharing`. */
export function totalsText({ names, stored, unshared, missing, corrupt }: ImageStore): string {
  const parts = [`${counted(names, 'name')}, ${bytesText(stored)} stored`];
  if (unshared > stored) parts.push(`would be ${bytesText(unshared)} without sharing`);
  if (missing > 0) parts.push(`${counted(missing, 'blob')} missing`);
  if (corrupt > 0) parts.push(`${counted(corrupt, 'blob')} corrupt`);
  return parts.join('; ');
}

function stackLines(node: LayerNode, below: readonly LayerNode[]): OutlineLine[] {
  const layers = [...below, node];
  return [
    ...node.tops.map((stack) => stackLine(stack, layers)),
    ...node.above.flatMap((above) => stackLines(above, layers)),
  ];
}

function stackLine(stack: ImageStack, layers: readonly LayerNode[]): OutlineLine {
  return {
    text: stackText(stack),
    mark: stack.names.every(({ mark }) => mark === stack.names[0]?.mark) ? stack.names[0]?.mark : undefined,
    children: layers.map((layer, index) => ({
      text: `${index === 0 ? 'bottom layer' : 'on it'}: ${layerText(layer)}`,
      mark: layer.mark,
    })),
  };
}

export function stackText({ names, digest, layers, size, state, platform }: ImageStack): string {
  const called = names.map(({ name }) => imageName(name)).join(' and ');
  const problem = state === 'present' ? '' : `, ${layers === 0 ? 'manifest' : 'configuration'} ${state}`;
  return `${called}: ${platform ? `${platform}, ` : ''}${shortDigest(digest)}, ${counted(layers, 'layer')}, ${bytesText(size)}${problem}`;
}

export function layerText({ digest, size, count, sharedBy, state, createdBy }: LayerNode): string {
  const what = count > 1 ? `${count} layers, ${bytesText(size)}` : `${shortDigest(digest)}, ${bytesText(size)}`;
  const shared = sharedBy > 1 ? `, shared by ${sharedBy} images` : '';
  const made = createdBy ? `, made by: ${createdBy}` : '';
  return `${what}${shared}${state === 'present' ? '' : `, ${state}`}${made}`;
}
