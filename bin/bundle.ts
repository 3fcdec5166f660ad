/** A program of ours as one script (CommonJS), for where there is neither this repository nor its packages. */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** koffi's native part for this processor and glibc. */
export function koffiModule(): string {
  const koffi = createRequire(import.meta.url).resolve('koffi');
  return createRequire(koffi).resolve(`@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`);
}

/** `entry`: path in the repository; no module of it may await at its top. `koffi`: where `koffiModule()` is, from the script. */
export async function bundle(entry: string, koffi: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(repository, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [native('koffi', koffi), english],
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild made no script of ${entry}`);
  return output.contents;
}

/** The native part of a package in place of the whole: what the package has around it is for finding that, and takes longer. */
function native(name: string, path: string): Plugin {
  const place = `require('node:path').resolve(__dirname, ${JSON.stringify(path)})`;
  const contents = `const m = { exports: {} }; process.dlopen(m, ${place}); export default m.exports;`;
  return {
    name,
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'native' }));
      onLoad({ filter: new RegExp(`^${name}$`), namespace: 'native' }, () => ({ contents }));
    },
  };
}

/** zod has its messages in fifty languages, half of what it is made of; nobody asks for another than English. */
const english: Plugin = {
  name: 'english',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
