/** `underlay-image` as an executable of a Machine. */
import { NodeProcess } from '../../engine/kernel/linux';
import { underlayImage } from '../../engine/programs';

void underlayImage(new NodeProcess(process.argv.slice(1))).then((status) => {
  process.exitCode = status;
});
