/** true and false: an exit status and nothing else (true(1), false(1)). */
import type { Program } from '../../kernel/sim';
import { helpText, sayAll, versionText } from './common/tool';

function constant(own: string, status: number): Program {
  const help = '[ignored command line arguments]\nExit with a status that never changes.';
  return function* (sys, argv) {
    const [name = own, first] = argv;
    if (argv.length !== 2) return status;
    const text = first === '--help' ? helpText({ help }, name) : first === '--version' ? versionText(own) : '';
    return (yield* sayAll(sys, name, text)) || status;
  };
}

export const trueProgram = constant('true', 0);
export const falseProgram = constant('false', 1);
