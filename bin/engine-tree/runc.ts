/** The runtime as an executable of a Machine. */
import { runOnce } from '../oci/once';

void runOnce(process.argv.slice(1));
