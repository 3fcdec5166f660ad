import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import { addTo, bytes, indexOf, piece, smallImage, text } from '../testing/images';
import { codesOf, registryUnderTest } from '../testing/registry';

let under: Awaited<ReturnType<typeof registryUnderTest>>;
beforeEach(async () => {
  under = await registryUnderTest();
});
const image = smallImage(['one', 'two']);
const absent = sha256Of(bytes('absent'));

describe('discovery', () => {
  const list = async (path: string) => {
    const response = await under.ask('GET', path);
    return { ...(await response.json()), link: response.headers.get('link') };
  };

  test('tags in alphabetical order, in pages', async () => {
    for (const tag of ['b', 'A', 'c', 'a', 'B2']) await under.pushImage(image, tag);
    expect(await list('/v2/app/tags/list')).toEqual({ name: 'app', tags: ['A', 'a', 'b', 'B2', 'c'], link: null });
    expect(await list('/v2/app/tags/list?n=2')).toMatchObject({
      tags: ['A', 'a'],
      link: '</v2/app/tags/list?n=2&last=a>; rel="next"',
    });
    expect(await list('/v2/app/tags/list?n=2&last=a')).toMatchObject({ tags: ['b', 'B2'] });
    expect(await list('/v2/app/tags/list?n=2&last=B2')).toMatchObject({ tags: ['c'], link: null });
    expect(await list('/v2/app/tags/list?n=0')).toMatchObject({ tags: [] });
    expect(await list('/v2/app/tags/list?last=zzz')).toMatchObject({ tags: [], link: null });
    expect(await codesOf(await under.ask('GET', '/v2/app/tags/list?n=many'))).toEqual(['PAGINATION_NUMBER_INVALID']);
    expect(await codesOf(await under.ask('GET', '/v2/none/tags/list'))).toEqual(['NAME_UNKNOWN']);
  });

  test('repositories of this registry', async () => {
    await under.pushImage(image, 'v1', 'team/blobs/app');
    await under.pushImage(image, 'v1', 'app');
    await addTo(under.store, [image.manifest]);
    await under.store.tag(parseReference('nginx:1'), image.manifest.descriptor);
    expect(await list('/v2/_catalog')).toEqual({ repositories: ['app', 'team/blobs/app'], link: null });
    expect(await list('/v2/_catalog?n=1')).toMatchObject({
      repositories: ['app'],
      link: '</v2/_catalog?n=1&last=app>; rel="next"',
    });
  });

  test('referrers, also of what is not here, and filtered', async () => {
    await under.pushImage(image, 'v1');
    const subject = image.manifest.descriptor;
    const empty = piece({}, mediaTypes.empty);
    await under.pushBlob(empty);
    const about = (more: object) => ({ ...smallImage([], { subject, ...more }), blobs: [] });
    const signature = about({ config: empty.descriptor, artifactType: 'test/signature', annotations: { by: 'me' } });
    const note = piece(JSON.parse(text(smallImage(['one'], { subject }).manifest.content)), mediaTypes.manifest);
    for (const blob of smallImage(['one']).blobs) await under.pushBlob(blob);
    const list = indexOf([subject], { subject: { ...subject, digest: absent }, artifactType: 'test/list' });
    for (const each of [signature.manifest, note, list]) {
      const response = await under.putManifest(each, each.descriptor.digest);
      expect([response.status, response.headers.get('oci-subject')]).toEqual([
        201,
        each === list ? absent : subject.digest,
      ]);
    }
    const referrers = async (digest: string, filter = '') => {
      const response = await under.ask('GET', `/v2/app/referrers/${digest}${filter}`);
      expect(response.headers.get('content-type')).toBe(mediaTypes.index);
      const { manifests } = await response.json();
      return {
        types: manifests.map((each: { artifactType: string }) => each.artifactType).sort(),
        manifests,
        response,
      };
    };
    expect((await referrers(subject.digest)).types).toEqual([mediaTypes.config, 'test/signature']);
    expect((await referrers(absent)).types).toEqual(['test/list']);
    expect((await referrers(sha256Of(bytes('one')))).types).toEqual([]);
    const { manifests, response } = await referrers(subject.digest, '?artifactType=test/signature');
    expect(manifests).toEqual([
      { ...signature.manifest.descriptor, artifactType: 'test/signature', annotations: { by: 'me' } },
    ]);
    expect(response.headers.get('oci-filters-applied')).toBe('artifactType');
    expect((await under.ask('GET', '/v2/app/referrers/nothing')).status).toBe(400);
  });
});
