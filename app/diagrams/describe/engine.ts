/** What happened to containers, images, and calls and attachments of CNI. */
import { type CniAttachment, type CniCall, type Container, type Image, pluginType } from '../../../engine/state';
import { imageName, shortDigest } from '../images/model';
import { counted } from '../model/names';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, entriesOf } from './change';

/** From this many images of one layout on, one sentence tells of all that came, or went. */
const many = 4;

export function describeEngine(change: Change): ChangeLine[] {
  return [
    ...describeContainers(change),
    ...describeCalls(change),
    ...describeAttachments(change),
    ...describeImages(change),
  ];
}

function describeContainers({ before, patch }: Change): ChangeLine[] {
  return entriesOf(before.containers, patch.containers).flatMap(({ key, was, now }): ChangeLine[] => {
    const entity = refOf('containers', key);
    if (now && !was) return [{ mark: 'new', text: `container ${now.id} is ${now.status}`, entity }];
    if (was && !now) return [{ mark: 'gone', text: `container ${was.id} was deleted`, entity }];
    if (!was || !now) return [];
    return containerDifferences(was, now).map((text) => ({ mark: 'changed', text, entity }));
  });
}

function containerDifferences(was: Container, now: Container): string[] {
  const texts: string[] = [];
  if (was.status !== now.status) texts.push(`container ${now.id} is ${now.status} now, was ${was.status}`);
  if (was.bundle !== now.bundle) texts.push(`container ${now.id} is of bundle ${now.bundle} now`);
  return texts;
}

function describeCalls({ before, patch }: Change): ChangeLine[] {
  return entriesOf(before.cniCalls, patch.cniCalls)
    .sort((a, b) => numberOf(a.now) - numberOf(b.now))
    .flatMap(({ key, was, now }): ChangeLine[] => {
      const entity = refOf('cniCalls', key);
      // Old records go by themselves when there are too many.
      if (!now) return [];
      const name = `${pluginType(now)} ${now.command}`;
      if (!was) return [{ mark: 'new', text: `plugin ${name}: ${outcome(now)}`, entity }];
      return was.exitCode === now.exitCode
        ? []
        : [{ mark: 'changed', text: `plugin ${name} ended: ${outcome(now)}`, entity }];
    });
}

const numberOf = (call: CniCall | undefined) => call?.number ?? 0;

function outcome({ exitCode }: CniCall): string {
  if (exitCode === null) return 'it runs';
  return exitCode === 0 ? 'success' : `exit code ${exitCode}`;
}

function describeAttachments({ before, patch }: Change): ChangeLine[] {
  return entriesOf(before.cniAttachments, patch.cniAttachments).flatMap(({ key, was, now }): ChangeLine[] => {
    const entity = refOf('cniAttachments', key);
    if (now && !was) return [{ mark: 'new', text: `${attachmentName(now)}${addressText(now)}`, entity }];
    if (was && !now)
      return [{ mark: 'gone', text: `container ${was.container} was detached from network ${was.network}`, entity }];
    return now ? [{ mark: 'changed', text: `${attachmentName(now)} anew${addressText(now)}`, entity }] : [];
  });
}

function attachmentName({ container, network, ifname }: CniAttachment): string {
  return `container ${container} was attached to network ${network} as ${ifname}`;
}

function addressText({ addresses }: CniAttachment): string {
  return addresses.length > 0 ? ` with ${addresses.join(', ')}` : '';
}

function describeImages({ before, patch }: Change): ChangeLine[] {
  const entries = entriesOf(before.images, patch.images);
  const came = entries.flatMap(({ key, was, now }) => (now && !was ? [{ key, image: now }] : []));
  const went = entries.flatMap(({ key, was, now }) => (was && !now ? [{ key, image: was }] : []));
  const changed = entries.flatMap(({ key, was, now }): ChangeLine[] =>
    was && now
      ? imageDifferences(was, now).map((text) => ({ mark: 'changed', text, entity: refOf('images', key) }))
      : [],
  );
  return [...together('new', came), ...together('gone', went), ...changed];
}

function together(mark: 'new' | 'gone', images: ReadonlyArray<{ key: string; image: Image }>): ChangeLine[] {
  const text = (name: string, layout: string) =>
    mark === 'new' ? `${name} is in ${layout}` : `${name} went from ${layout}`;
  const lines: ChangeLine[] = [];
  for (const layout of new Set(images.map(({ image }) => image.layout))) {
    const own = images.filter(({ image }) => image.layout === layout);
    const [first] = own;
    if (first && own.length >= many) {
      const name = counted(own.length, 'image', 'images');
      lines.push({ mark, text: text(name, layout).replace(' is in', ' are in'), entity: refOf('images', first.key) });
    } else
      for (const { key, image } of own)
        lines.push({ mark, text: text(titleOf(image), layout), entity: refOf('images', key) });
  }
  return lines;
}

function imageDifferences(was: Image, now: Image): string[] {
  const name = `${titleOf(now)} in ${now.layout}`;
  const texts: string[] = [];
  if (was.digest !== now.digest)
    texts.push(`${name} is ${shortDigest(now.digest)} now, was ${shortDigest(was.digest)}`);
  const fresh = (kind: 'missing' | 'corrupt') => now[kind].filter((digest) => !was[kind].includes(digest));
  const mended = (kind: 'missing' | 'corrupt') => was[kind].filter((digest) => !now[kind].includes(digest));
  for (const digest of fresh('missing')) texts.push(`${name} lacks ${shortDigest(digest)}`);
  for (const digest of fresh('corrupt')) texts.push(`${name}: ${shortDigest(digest)} is not what its digest says`);
  if (was.digest === now.digest && now.missing.length + now.corrupt.length === 0)
    if (mended('missing').length + mended('corrupt').length > 0) texts.push(`${name} is whole again`);
  return texts;
}

const titleOf = ({ name, digest }: Image) => `image ${name === null ? shortDigest(digest) : imageName(name)}`;
