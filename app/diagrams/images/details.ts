import type { Image } from '../../../engine/state';
import type { DetailField, Details } from '../model/detail-fields';
import { bytesText } from '../model/names';
import { refOf, type Scene } from '../model/scene';
import { imageName, shortDigest, sizeOf } from './model';

/** Details of an image (its key) or of one of its layers (`key#digest`). */
export function imageDetails({ state }: Scene, reference: string): Details | null {
  const cut = reference.lastIndexOf('#');
  const key = cut < 0 ? reference : reference.slice(0, cut);
  const image = state.images[key];
  if (!image) return null;
  const digest = cut < 0 ? null : reference.slice(cut + 1);
  return digest === null ? wholeImage(key, image) : layerDetails(Object.values(state.images), image, digest);
}

function wholeImage(key: string, image: Image): Details {
  const fields: DetailField[] = [
    ...(image.name === null ? [] : [{ label: 'name', value: image.name }]),
    { label: 'layout', value: image.layout },
    { label: 'digest', value: `${image.digest}${problemOf(image, image.digest)}` },
    { label: 'platform', value: image.platform ?? 'not said' },
    {
      label: 'config',
      value: image.config
        ? `${image.config.digest}, ${bytesText(image.config.size)}${problemOf(image, image.config.digest)}`
        : 'unknown',
    },
    { label: 'size', value: `${bytesText(sizeOf(image))} as stored` },
  ];
  image.layers.forEach((layer, index) => {
    fields.push({
      label: `layer ${index + 1}${index === 0 ? ', bottom' : ''}`,
      value: `${shortDigest(layer.digest)}, ${bytesText(layer.size)}${problemOf(image, layer.digest)}`,
      ref: refOf('images', `${key}#${layer.digest}`),
    });
  });
  return {
    title: imageName(image.name),
    fields,
    source: 'index.json and blobs of the layout; OCI image spec, image-layout.md',
  };
}

function layerDetails(all: readonly Image[], image: Image, digest: string): Details | null {
  const layer = image.layers.find((known) => known.digest === digest);
  if (!layer) return null;
  const users = all.filter(
    (other) =>
      other.machine === image.machine &&
      other.layout === image.layout &&
      other.layers.some((known) => known.digest === digest),
  );
  return {
    title: `Layer ${shortDigest(digest)}`,
    fields: [
      { label: 'digest', value: digest },
      { label: 'size', value: `${layer.size.toLocaleString('en')} bytes` },
      { label: 'media type', value: layer.mediaType },
      ...(layer.diffId === null ? [] : [{ label: 'unpacked', value: layer.diffId }]),
      ...(layer.createdBy === null ? [] : [{ label: 'made by', value: layer.createdBy }]),
      { label: 'blob', value: blobText(image, digest) },
      {
        label: 'used by',
        value: users.map(({ name }) => imageName(name)).join(', '),
      },
    ],
    source: `${image.layout}/blobs/${digest.replace(':', '/')}`,
  };
}

function blobText(image: Image, digest: string): string {
  if (image.missing.includes(digest)) return 'missing: the manifest names it, the layout does not hold it';
  if (image.corrupt.includes(digest)) return 'corrupt: its content does not have this digest';
  return 'present, stored once for all that use it';
}

const problemOf = (image: Image, digest: string) =>
  image.missing.includes(digest) ? ' (missing)' : image.corrupt.includes(digest) ? ' (corrupt)' : '';
