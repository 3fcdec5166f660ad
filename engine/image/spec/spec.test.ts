import { describe, expect, test } from 'vitest';
import { chainIds, parseConfig } from './config';
import type { Descriptor } from './descriptor';
import { parseDigest, sha256Of, Verifier } from './digest';
import { childrenOf, maxManifestBytes, parseIndex, parseManifest } from './manifest';
import { compressionOf, mediaTypes } from './media-types';
import { parsePlatform, platformText, selectPlatform } from './platform';
import { canonicalName, familiarName, parseReference } from './reference';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
// FIPS 180-2, appendix B.1.
const abc = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('digests', () => {
  test('are those of SHA-256', () => {
    expect(sha256Of(bytes('abc'))).toBe(abc);
  });

  test.each(['multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8', `sha512:${'a'.repeat(128)}`])(
    'may be of other algorithms: %s',
    (text) => {
      expect(parseDigest(text)).toBe(text);
    },
  );

  test.each([
    '',
    'sha256',
    'sha256:',
    'sha256:abc',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'g'.repeat(64)}`,
    '../x',
    `sha256:${'a'.repeat(64)}/..`,
  ])('are refused: %j', (text) => {
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'invalid-digest' }));
  });

  const verify = (size: number | null, ...chunks: string[]) => {
    const verifier = new Verifier(parseDigest(abc), size);
    for (const chunk of chunks) verifier.update(bytes(chunk));
    verifier.finish();
  };

  test('are followed in pieces', () => {
    expect(() => verify(3, 'a', '', 'bc')).not.toThrow();
    expect(() => verify(null, 'abc')).not.toThrow();
  });

  test('tell of what is another content, shorter or longer', () => {
    expect(() => verify(3, 'abd')).toThrow(expect.objectContaining({ code: 'digest-mismatch' }));
    expect(() => verify(3, 'ab')).toThrow(expect.objectContaining({ code: 'size-mismatch' }));
    expect(() => new Verifier(parseDigest(abc), 3).update(bytes('abcd'))).toThrow(
      expect.objectContaining({ code: 'size-mismatch' }),
    );
  });

  test('of an algorithm nobody here can compute are no basis for trust', () => {
    expect(() => new Verifier(parseDigest('multihash+base58:QmRZ'), null)).toThrow(
      expect.objectContaining({ code: 'unsupported-digest' }),
    );
  });
});

describe('references', () => {
  const digest = `sha256:${'0'.repeat(64)}`;

  test.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25', 'nginx:1.25'],
    ['bitnami/redis', 'docker.io/bitnami/redis:latest', 'bitnami/redis:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['registry.lab:5000/team/app', 'registry.lab:5000/team/app:latest', 'registry.lab:5000/team/app:latest'],
    ['localhost/app:x', 'localhost/app:x', 'localhost/app:x'],
    ['[::1]:5000/app', '[::1]:5000/app:latest', '[::1]:5000/app:latest'],
    [`app@${digest}`, `docker.io/library/app@${digest}`, `app@${digest}`],
    [`app:1@${digest}`, `docker.io/library/app:1@${digest}`, `app:1@${digest}`],
    ['a__b/c-d--e.f', 'docker.io/a__b/c-d--e.f:latest', 'a__b/c-d--e.f:latest'],
  ])('%s', (text, canonical, familiar) => {
    expect(canonicalName(parseReference(text))).toBe(canonical);
    expect(familiarName(parseReference(text))).toBe(familiar);
  });

  test.each([
    ['', /an empty name/],
    ['Nginx', /lower case/],
    ['docker.io/', /an empty name/],
    ['a//b', /a\/\/b is no repository/],
    ['a:', /an empty tag/],
    ['a:-x', /-x is no tag/],
    [`a:${'t'.repeat(129)}`, /is no tag/],
    ['a@b@c', /more than one @/],
    ['a_/b', /is no repository/],
    ['../../etc/passwd', /is no/],
    ['a b', /is no repository/],
    ['f'.repeat(64), /image id/],
    [`x/${'y'.repeat(250)}`, /longer than 255/],
  ])('%s is refused', (text, problem) => {
    expect(() => parseReference(text)).toThrow(problem);
  });
});

describe('platforms', () => {
  const offer = (...names: string[]): Descriptor[] =>
    names.map((name) => ({
      mediaType: mediaTypes.manifest,
      digest: sha256Of(bytes(name)),
      size: 1,
      platform: parsePlatform(name),
    }));
  const chosen = (wanted: string, ...names: string[]) =>
    platformText(
      selectPlatform(offer(...names), parsePlatform(wanted), 'app').platform ?? { os: '', architecture: '' },
    );

  test('go by other names, too', () => {
    expect(platformText(parsePlatform('Linux/x86_64'))).toBe('linux/amd64');
    expect(platformText(parsePlatform('linux/aarch64'))).toBe('linux/arm64');
    expect(platformText(parsePlatform('linux/arm64/v8'))).toBe('linux/arm64');
    expect(platformText(parsePlatform('linux/arm'))).toBe('linux/arm/v7');
  });

  test('run what was made for them or for earlier variants, the newest of it', () => {
    expect(chosen('linux/amd64', 'linux/arm64', 'linux/amd64')).toBe('linux/amd64');
    expect(chosen('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6', 'linux/arm64')).toBe('linux/arm/v6');
    expect(() => chosen('linux/arm/v6', 'linux/arm/v7')).toThrow(
      /no image for linux\/arm\/v6: there are linux\/arm\/v7/,
    );
    expect(() => chosen('linux/amd64', 'windows/amd64')).toThrow(expect.objectContaining({ code: 'no-platform' }));
  });

  test.each(['linux', 'linux/', 'a/b/c/d', '/amd64'])('%s is none', (text) => {
    expect(() => parsePlatform(text)).toThrow(/looks like/);
  });
});

describe('manifests', () => {
  const descriptor = (mediaType: string) => ({ mediaType, digest: abc, size: 3 });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(mediaTypes.config),
    layers: [descriptor(mediaTypes.layerGzip)],
    unknown: { to: 'the specification' },
  };
  const parsed = (changes: object, mediaType: string = mediaTypes.manifest) =>
    parseManifest(bytes({ ...manifest, ...changes }), mediaType, 'app');

  test('name what belongs to them', () => {
    expect(childrenOf(parsed({})).map(({ mediaType }) => mediaType)).toEqual([mediaTypes.config, mediaTypes.layerGzip]);
    const index = parseIndex(
      bytes({ schemaVersion: 2, manifests: [descriptor(mediaTypes.manifest)] }),
      mediaTypes.index,
      'app',
    );
    expect(childrenOf(index)).toHaveLength(1);
  });

  test.each([
    [{ schemaVersion: 1 }, /app: schemaVersion: /],
    [{ layers: [{ ...descriptor(mediaTypes.layer), size: -1 }] }, /layers\.0\.size/],
    [{ layers: [{ ...descriptor(mediaTypes.layer), digest: 'sha256:x' }] }, /layers\.0\.digest/],
    [{ config: undefined }, /config/],
    [{ manifests: [] }, /both "manifests" and "layers"/],
    [{ mediaType: mediaTypes.dockerManifest }, /mediaType: says application\/vnd\.docker/],
    [{ config: descriptor(mediaTypes.empty) }, /artifactType/],
  ])('%j is refused with its place', (changes, problem) => {
    expect(() => parsed(changes)).toThrow(problem);
  });

  test('are refused when they are something else, no JSON or too long', () => {
    expect(() => parsed({}, mediaTypes.index)).toThrow(expect.objectContaining({ code: 'unsupported-media-type' }));
    expect(() => parseManifest(bytes('{'), mediaTypes.manifest, 'app')).toThrow(/is no JSON/);
    expect(() => parseManifest(new Uint8Array(maxManifestBytes + 1), mediaTypes.manifest, 'app')).toThrow(/longer/);
  });

  test('tell how layers are packed', () => {
    expect(compressionOf(mediaTypes.layerZstd)).toBe('zstd');
    expect(compressionOf(mediaTypes.dockerLayerGzip)).toBe('gzip');
    expect(compressionOf(mediaTypes.config)).toBeNull();
  });
});

describe('configurations', () => {
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [abc] } };

  test('are read as Go writes them, null for nothing', () => {
    const content = bytes({
      ...config,
      config: { Cmd: null, Env: ['A=b'], ExposedPorts: { '80/tcp': {} } },
      history: null,
    });
    const parsed = parseConfig(content, sha256Of(content));
    expect(parsed.config).toEqual({ Env: ['A=b'], ExposedPorts: { '80/tcp': {} } });
    expect(parsed.history).toBeUndefined();
  });

  test('are refused with the place', () => {
    const content = bytes({ ...config, config: { Env: 'A=b' } });
    expect(() => parseConfig(content, sha256Of(content))).toThrow(/config\.Env/);
  });

  test('give every layer a name together with those below it', () => {
    const [first, second] = [sha256Of(bytes('1')), sha256Of(bytes('2'))];
    expect(chainIds([])).toEqual([]);
    expect(chainIds([first, second, first])).toEqual([
      first,
      sha256Of(bytes(`${first} ${second}`)),
      sha256Of(bytes(`${sha256Of(bytes(`${first} ${second}`))} ${first}`)),
    ]);
  });
});
