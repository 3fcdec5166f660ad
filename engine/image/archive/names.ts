/** Names of images in archives. There are three ways to write one, and one that is none. */
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { isTag, parseReference, type Reference } from '../spec/reference';

/** image-layout.md, "index.json": by the specification's wording a tag, in use a whole name as well. */
const refName = 'org.opencontainers.image.ref.name';
/** The whole name, as Docker and containerd write it. */
const imageName = 'io.containerd.image.name';

/**
 * The name of an image of a layout. `base` is what a tag alone belongs to, and what an image without any name is called. Null when it has
 * none. Errors: `invalid-reference` for a tag without a base.
 */
export function nameIn({ annotations }: Descriptor, base: Reference | null): Reference | null {
  const whole = annotations?.[imageName];
  const name = annotations?.[refName];
  // Tools that know the specification alone change the tag, and carry the whole name along.
  if (whole !== undefined)
    return name !== undefined && isTag(name) ? withTag(parseReference(whole), name) : parseReference(whole);
  if (name === undefined) return base;
  if (!isTag(name)) return parseReference(name);
  if (base) return withTag(base, name);
  throw new ImageError('invalid-reference', name, 'is only a tag: say of which image');
}

function withTag(reference: Reference, tag: string): Reference {
  return { ...reference, tag, digest: null };
}

/** The way back: whoever looks for a tag finds it, and whoever looks for a name. */
export function annotationsFor(name: string, tag: string | null): Record<string, string> {
  return { [imageName]: name, ...(tag === null ? {} : { [refName]: tag }) };
}

/** A target's own annotations, without the name it had in an archive. */
export function withoutName({ annotations, ...target }: Descriptor): Descriptor {
  const { [refName]: _tag, [imageName]: _name, ...others } = annotations ?? {};
  return Object.keys(others).length > 0 ? { ...target, annotations: others } : target;
}
