/** A plugin written in shell that notes what it is called with. Its configuration says what it does. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `"on":"ADD"` with `"do"`: `fail` prints an error of code 42, `complain` writes to stderr only, `hang` never ends and leaves a
 * child that holds its output open, `lie` prints no JSON.
 */
const script = (log: string) => `#!/bin/sh
stdin=$(cat)
name=\${0##*/}
printf '{"plugin":"%s","command":"%s","container":"%s","netns":"%s","ifname":"%s","args":"%s","path":"%s","pid":%d,"stdin":%s}\\n' \\
  "$name" "$CNI_COMMAND" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS" "$CNI_PATH" $$ "$stdin" >> '${log}'
case "$stdin" in
  *'"on":"'$CNI_COMMAND'","do":"fail"'*) echo '{"cniVersion":"1.1.0","code":42,"msg":"it fails","details":"on purpose"}'; exit 1;;
  *'"on":"'$CNI_COMMAND'","do":"complain"'*) echo 'something is wrong' >&2; exit 3;;
  *'"on":"'$CNI_COMMAND'","do":"lie"'*) echo 'done'; exit 0;;
  *'"on":"'$CNI_COMMAND'","do":"hang"'*) echo 'I wait' >&2; sleep 1000; exit 0;;
esac
case "$CNI_COMMAND" in
  ADD) echo '{"cniVersion":"'$VERSION_OF_RESULT'","interfaces":[{"name":"'$name'","mac":"00:00:00:00:00:01"}],"ips":[{"address":"10.0.0.2/24"}]}';;
  VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}';;
esac
`;

export interface Call {
  plugin: string;
  command: string;
  container: string;
  netns: string;
  ifname: string;
  args: string;
  path: string;
  pid: number;
  stdin: Record<string, unknown>;
}

export class Recorder {
  private readonly log: string;

  /** One plugin a name, in the directory. */
  constructor(directory: string, names: string[]) {
    this.log = join(directory, 'calls.log');
    for (const name of names) writeFileSync(join(directory, name), script(this.log), { mode: 0o755 });
  }

  /** What was called since the last time it was asked. */
  take(): Call[] {
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    rmSync(this.log);
    return lines.map((line): Call => JSON.parse(line));
  }
}
