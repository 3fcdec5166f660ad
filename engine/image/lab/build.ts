/** Puts the images of a lab into a store. The same files of a Machine give the same digests, on any day and any computer. */
import { packArchive } from '../build/pack';
import { compressPurely } from '../layer/pure-compression';
import type { Descriptor } from '../spec/descriptor';
import { parseReference } from '../spec/reference';
import type { ImageStore } from '../store/image-store';
import { labImages } from './images';
import { layerOf, type MachineFile } from './layer';

/** Of every file and image: 1 January 2024. */
const epoch = 1_704_067_200;

/** Errors: of a file that is to be copied and is not there; of the store. */
export async function buildLabImages(store: ImageStore, read: MachineFile): Promise<void> {
  const built = new Map<string, Descriptor>();
  const lease = store.lease();
  try {
    for (const { name, base, files, createdBy, execution } of labImages) {
      const below = base === undefined ? undefined : built.get(base);
      const target = await packArchive(store, layerOf(files, epoch, read), lease, {
        ...(below === undefined ? {} : { base: below }),
        platform: { os: 'linux', architecture: 'amd64' },
        execution,
        createdBy,
        epoch,
        compression: 'gzip',
        compress: compressPurely,
      });
      built.set(name, target);
    }
    const add = [...built].map(([name, target]) => ({ reference: parseReference(name), target }));
    await store.change({ add, remove: [] });
  } finally {
    lease.release();
  }
}
