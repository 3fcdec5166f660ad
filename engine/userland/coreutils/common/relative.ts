/** The way from a directory to a path, both canonical: `../x/y` (realpath --relative-to, ln -r). */
export function relativePath(path: string, directory: string): string {
  const [to, from] = [parts(path), parts(directory)];
  let common = 0;
  while (common < to.length && to[common] === from[common]) common++;
  const way = [...from.slice(common).map(() => '..'), ...to.slice(common)];
  return way.length === 0 ? '.' : way.join('/');
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
