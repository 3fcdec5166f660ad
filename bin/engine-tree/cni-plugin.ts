/** Our plugins as executables of a Machine: each call does its work alone, nothing stays. */
import { readFileSync } from 'node:fs';
import { callOnce } from '../cni/call-once';

const [, path = ''] = process.argv;
void callOnce(path, readFileSync(path));
