import { build } from 'esbuild';
for (const f of process.argv.slice(2)) await build({entryPoints:[f],bundle:true,splitting:true,minify:false,format:'esm',platform:'node',outdir:'/tmp/cold', absWorkingDir:'/work/w/bundle', nodePaths:['/work/w/bundle/node_modules'], outExtension:{'.js':'.mjs'}, chunkNames: 'c-[name]-[hash]'});
