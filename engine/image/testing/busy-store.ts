/**
 * For the test that kills it: works on the store in a directory without end, a line on standard output for each thing done. `node
 * --import tsx busy-store.ts DIRECTORY`.
 */
import { NodeFiles } from '../host/node-files';
import { mediaTypes } from '../spec/media-types';
import { parseReference } from '../spec/reference';
import { ImageStore } from '../store/image-store';

const [, , directory = ''] = process.argv;
let names = 0;
const store = await ImageStore.open(new NodeFiles(directory), () => `${process.pid}-${names++}`);
const text = (value: string) => new TextEncoder().encode(value);

for (let round = 0; ; round++) {
  const lease = store.lease();
  const mark = `${process.pid} ${round}`;
  const config = await store.blobs.add(text(`{"mark": "${mark}"}`), mediaTypes.config);
  lease.keep(config.digest);
  console.log(`config ${mark}`);
  const layer = await store.blobs.add(text(mark.repeat(20_000)), mediaTypes.layer);
  lease.keep(layer.digest);
  console.log(`layer ${mark}`);
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] };
  const target = await store.blobs.add(text(JSON.stringify(manifest)), mediaTypes.manifest);
  lease.keep(target.digest);
  await store.tag(parseReference(`app:${round % 5}`), target);
  lease.release();
  console.log(`tag ${mark}`);
  if (round % 3 === 2) console.log(`collected ${(await store.collect()).length}`);
}
