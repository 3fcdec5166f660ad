/** true and false: an exit status and nothing else (true(1), false(1)). */
import type { Program } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { helpText, versionText } from './common/tool';

function constant(own: string, status: number): Program {
  const help = '[ignored command line arguments]\nExit with a status that never changes.';
  return function* (sys, argv) {
    const [name = own, first] = argv;
    if (argv.length !== 2) return status;
    if (first === '--help') yield* writeAll(sys, 1, helpText({ help }, name));
    if (first === '--version') yield* writeAll(sys, 1, versionText(own));
    return status;
  };
}

export const trueProgram = constant('true', 0);
export const falseProgram = constant('false', 1);
