/** The site of a CNI program that is a process of a Machine. */
import type { ProgramProcess } from '../../kernel';
import { ChildExecutor } from './child-executor';
import { ProcessFiles } from './process-files';
import { type CniSite, environmentOf } from './site';

export function siteOf(process: ProgramProcess): CniSite {
  const { argv, env, cwd, networks, system } = process;
  return {
    argv,
    env,
    cwd,
    networks,
    files: new ProcessFiles(system.files),
    askDaemon: (path, line) => ask(process, path, line),
    executor: () => new ChildExecutor(system, environmentOf(process)),
    readInput: async () => new TextDecoder().decode(await process.readInput()),
    write: (stream, text) => process.write(stream, text),
  };
}

/** A line to the DHCP daemon's socket, and the line it answers with. */
async function ask({ system: { descriptors } }: ProgramProcess, path: string, line: string): Promise<string> {
  const socket = descriptors.connect(path);
  try {
    descriptors.write(socket, new TextEncoder().encode(`${line}\n`));
    const [answer = ''] = new TextDecoder().decode(await descriptors.readAll(socket)).split('\n');
    if (answer === '') throw new Error('the daemon hung up');
    return answer;
  } finally {
    descriptors.close(socket);
  }
}
