/**
 * `npm run fixtures:record [-- PACKAGE...]`: records the command lines of `sandbox/differential/fixtures` on the real
 * kernel. Exit code 1 when a line did not say the same twice; such a line is not recorded.
 */
import { recordFixtures } from '../sandbox/differential';

const unsteady = await recordFixtures((line) => process.stdout.write(`${line}\n`), process.argv.slice(2));
process.exitCode = unsteady > 0 ? 1 : 0;
