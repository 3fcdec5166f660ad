import { describe, expect, it } from 'vitest';
import type { FileKind } from '../../state';
import type { LayerListing } from './layer-listing';
import { mergeLayers } from './overlay-merge';

/** `{ 'd': 'directory', 'd/x': 'file' }`; `directory>old` is one with a redirect. */
function layer(files: Record<string, FileKind | `directory>${string}`>): LayerListing {
  return new Map(
    Object.entries(files).map(([path, text]) => {
      const redirect = text.startsWith('directory>') ? text.slice('directory>'.length) : null;
      const kind = redirect === null ? text : 'directory';
      return [path, { kind: asKind(kind), size: 1, inode: 1, redirect }];
    }),
  );
}
function asKind(text: string): FileKind {
  const kinds: FileKind[] = ['file', 'directory', 'whiteout', 'opaque'];
  return kinds.find((kind) => kind === text) ?? 'file';
}
const from = (...layers: LayerListing[]) =>
  Object.fromEntries(Object.entries(mergeLayers(layers, 500).files).map(([name, file]) => [name, file.from]));

describe('mergeLayers', () => {
  it('shows the topmost of each name and merges directories', () => {
    expect(
      from(
        layer({ a: 'file', d: 'directory', 'd/x': 'file' }),
        layer({ a: 'file', b: 'file', d: 'directory', 'd/y': 'file' }),
      ),
    ).toEqual({
      a: 0,
      b: 1,
      d: 0,
      'd/x': 0,
      'd/y': 1,
    });
  });

  it('hides what is below a whiteout, an opaque directory, or a file in place of a directory', () => {
    const lower = layer({
      w: 'file',
      o: 'directory',
      'o/x': 'file',
      f: 'directory',
      'f/x': 'file',
      g: 'directory',
      'g/x': 'file',
    });
    const upper = layer({ w: 'whiteout', o: 'opaque', 'o/n': 'file', f: 'file', g: 'whiteout' });
    expect(from(upper, lower)).toEqual({
      w: null,
      o: 0,
      'o/n': 0,
      'o/x': null,
      f: 0,
      'f/x': null,
      g: null,
      'g/x': null,
    });
  });

  it('ends a merge at a file between two directories', () => {
    const dir = (name: string) => layer({ d: 'directory', [`d/${name}`]: 'file' });
    expect(from(dir('a'), layer({ d: 'whiteout' }), dir('b'))).toEqual({ d: 0, 'd/a': 0, 'd/b': null });
  });

  it('follows a redirect of a renamed directory, by name and by path', () => {
    const lower = layer({ old: 'directory', 'old/x': 'file', p: 'directory', 'p/q': 'directory', 'p/q/y': 'file' });
    const renamed = from(layer({ new: 'directory>old', old: 'whiteout' }), lower);
    expect(renamed).toMatchObject({ new: 0, 'new/x': 1, old: null, 'old/x': null });
    expect(from(layer({ moved: 'directory>/p/q' }), lower)).toMatchObject({ moved: 0, 'moved/y': 1, 'p/q/y': 1 });
  });

  it('lists each layer that holds a name, topmost first, and says when there are too many', () => {
    const many = mergeLayers([layer({ a: 'whiteout' }), layer({ a: 'file' }), layer({ a: 'file', b: 'file' })], 1);
    expect(many.files.a?.entries.map(({ layer: at, kind }) => [at, kind])).toEqual([
      [0, 'whiteout'],
      [1, 'file'],
      [2, 'file'],
    ]);
    expect(many.truncated).toBe(true);
  });
});
