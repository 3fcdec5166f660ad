/** mv: moves and renames files (mv(1)). */
import { baseName, joinPath, trimSlashes } from '../../lib/paths';
import { makeTool, type Tool } from '../common/tool';
import { backupOptions, readBackup, refuseBoth } from './backup';
import { Copier } from './copier';
import { type CopySettings, defaultSettings } from './settings';
import { readTargets } from './targets';

export const mv = makeTool({
  name: 'mv',
  options: [
    ...backupOptions,
    { short: 'Z', long: 'context' },
    { short: 'f', long: 'force' },
    { short: 'i', long: 'interactive' },
    { short: 'n', long: 'no-clobber' },
    { short: 'T', long: 'no-target-directory' },
    { long: 'strip-trailing-slashes' },
    { short: 't', long: 'target-directory', value: 'required' },
    { short: 'u', long: 'update' },
    { short: 'v', long: 'verbose' },
  ],
  help: `[OPTION]... [-T] SOURCE DEST
  or:  mv [OPTION]... SOURCE... DIRECTORY
  or:  mv [OPTION]... -t DIRECTORY SOURCE...
Rename SOURCE to DEST, or move the SOURCEs into DIRECTORY.

  -b, --backup[=CONTROL], -S, --suffix=SUFFIX   keep backups of what is overwritten
  -f, --force          never ask        -i, --interactive   ask before overwriting
  -n, --no-clobber     never overwrite; the last of -f, -i, -n counts
      --strip-trailing-slashes
  -t, --target-directory=DIRECTORY   -T, --no-target-directory
  -u, --update         only what is newer or missing
  -v, --verbose        say what is done`,
  *run(tool) {
    const settings = readSettings(tool);
    const targets = readTargets(tool, {
      noTargetDirectory: tool.has('no-target-directory'),
      targetDirectory: tool.value('target-directory'),
    });
    const copier = new Copier(tool, settings);
    for (const given of targets.sources) {
      const source = tool.has('strip-trailing-slashes') ? trimSlashes(given) : given;
      const target =
        targets.directory === null ? targets.target : joinPath(targets.directory, baseName(source).replace('/', ''));
      yield* copier.copy(source, target);
    }
  },
});

function readSettings(tool: Tool): CopySettings {
  const settings = defaultSettings('mv');
  const last = tool.options.given.findLast(({ name }) => ['force', 'interactive', 'no-clobber'].includes(name))?.name;
  if (last === 'force') settings.overwrite = 'yes';
  if (last === 'interactive') settings.overwrite = 'ask';
  if (last === 'no-clobber') settings.overwrite = 'no';
  Object.assign(settings, readBackup(tool));
  refuseBoth(tool, last === 'no-clobber' ? settings.backup : 'none');
  return {
    ...settings,
    dereference: 'never',
    recursive: true,
    update: tool.has('update'),
    verbose: tool.has('verbose'),
    move: true,
    isLenient: true,
    preserve: { mode: true, ownership: true, timestamps: true, links: true, xattr: true },
  };
}
