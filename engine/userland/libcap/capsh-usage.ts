/** What capsh says of itself. */
export function capshUsage(name: string): string {
  return `usage: ${name} [args ...]
  --print, --current    show the capabilities there are
  --decode=<hex>        name the capabilities of a mask
  --explain=<cap>, --suggest=<word>   what capabilities are for
  --caps=<text>         set all sets, as cap_from_text(3) reads them
  --drop=<cap,...>      take out of the bounding set (all: everything)
  --inh=<cap,...>       set the inheritable set
  --addamb=<cap,...>, --delamb=<cap,...>, --noamb   change the ambient set
  --iab=<text>          set inheritable, ambient and bounding sets
  --keep=<0|1>          keep capabilities when the user changes
  --no-new-privs        nothing may give more rights from now on
  --uid=<n>, --gid=<n>, --groups=<g,...>, --user=<name>   become somebody else
  --chroot=<path>       change the root directory
  --has-p, --has-i, --has-a, --has-b=<cap>, --has-no-new-privs   fail unless
  --is-uid=<n>, --is-gid=<n>, --supports=<cap>, --inmode=<mode>  fail unless
  --mode, --modes       the mode of capabilities
  --shell=<path>        instead of /bin/bash
  ==                    run capsh again with the rest
  --                    run the shell with the rest
                        (without -- [${name}] will simply exit(0))
`;
}
