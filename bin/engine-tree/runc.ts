/** The runtime as an executable of a Machine. Called `runc`, it keeps its containers where runc does. */
import { basename } from 'node:path';
import { runOnce } from '../oci/once';

const [, path = '', ...words] = process.argv;
void runOnce(basename(path) === 'runc' ? ['--root', '/run/runc', ...words] : words);
