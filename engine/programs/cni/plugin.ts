/** One of our CNI plugins as a program: its name says which. */
import { allPlugins, CallRecords, type Invocation, type Outcome, RecordingExecutor, runPlugin } from '../../cni';
import { baseName } from '../lib/path';
import { type CniSite, environmentOf } from './site';

/** `path`: where its file is. Answers with the exit status. */
export async function cniPlugin(site: CniSite, path: string): Promise<number> {
  const environment = environmentOf(site);
  const stdin = environment.CNI_COMMAND ? await site.readInput() : '';
  const { stdout, stderr, exitCode } = await callPlugin(site, path, { environment, stdin });
  site.write(1, stdout);
  site.write(2, stderr);
  return exitCode ?? 1;
}

/** A call by hand is recorded here; all others whoever executed the plugin has recorded. */
export async function callPlugin(
  { networks, files, askDaemon, executor }: Pick<CniSite, 'networks' | 'files' | 'askDaemon' | 'executor'>,
  path: string,
  invocation: Invocation,
): Promise<Outcome> {
  const records = new CallRecords(files);
  const plugins = allPlugins({
    networks,
    files,
    askDaemon,
    executor: (own) => new RecordingExecutor(executor(own), records),
  });
  const plugin = plugins.get(baseName(path));
  if (!plugin) return ended({ exitCode: 1, stdout: '', stderr: 'there is no CNI plugin of this name\n' });
  const run = async ({ environment, stdin }: Invocation) => ended(await runPlugin(plugin, environment, stdin));
  const { environment } = invocation;
  const isRecorded = !environment.CNI_COMMAND || (await records.has(path, environment));
  return isRecorded ? run(invocation) : records.around(path, invocation, run);
}

const ended = (output: Omit<Outcome, 'ending'>): Outcome => ({ ...output, ending: `exit status ${output.exitCode}` });
