/** `set -o` and `shopt`: their names, letters, and what they are when a shell starts (bash 5.2). */
export const optionLetters: ReadonlyArray<readonly [name: string, letter: string]> = [
  ['allexport', 'a'],
  ['braceexpand', 'B'],
  ['emacs', ''],
  ['errexit', 'e'],
  ['errtrace', 'E'],
  ['functrace', 'T'],
  ['hashall', 'h'],
  ['histexpand', 'H'],
  ['history', ''],
  ['ignoreeof', ''],
  ['interactive-comments', ''],
  ['keyword', 'k'],
  ['monitor', 'm'],
  ['noclobber', 'C'],
  ['noexec', 'n'],
  ['noglob', 'f'],
  ['nolog', ''],
  ['notify', 'b'],
  ['nounset', 'u'],
  ['onecmd', 't'],
  ['physical', 'P'],
  ['pipefail', ''],
  ['posix', ''],
  ['privileged', 'p'],
  ['verbose', 'v'],
  ['vi', ''],
  ['xtrace', 'x'],
];

export const shoptDefaults: ReadonlyArray<readonly [name: string, on: boolean]> = [
  ['autocd', false],
  ['assoc_expand_once', false],
  ['cdable_vars', false],
  ['cdspell', false],
  ['checkhash', false],
  ['checkjobs', false],
  ['checkwinsize', true],
  ['cmdhist', true],
  ['compat31', false],
  ['compat32', false],
  ['compat40', false],
  ['compat41', false],
  ['compat42', false],
  ['compat43', false],
  ['compat44', false],
  ['complete_fullquote', true],
  ['direxpand', false],
  ['dirspell', false],
  ['dotglob', false],
  ['execfail', false],
  ['expand_aliases', false],
  ['extdebug', false],
  ['extglob', false],
  ['extquote', true],
  ['failglob', false],
  ['force_fignore', true],
  ['globasciiranges', true],
  ['globskipdots', true],
  ['globstar', false],
  ['gnu_errfmt', false],
  ['histappend', false],
  ['histreedit', false],
  ['histverify', false],
  ['hostcomplete', true],
  ['huponexit', false],
  ['inherit_errexit', false],
  ['interactive_comments', true],
  ['lastpipe', false],
  ['lithist', false],
  ['localvar_inherit', false],
  ['localvar_unset', false],
  ['login_shell', false],
  ['mailwarn', false],
  ['no_empty_cmd_completion', false],
  ['nocaseglob', false],
  ['nocasematch', false],
  ['noexpand_translation', false],
  ['nullglob', false],
  ['patsub_replacement', true],
  ['progcomp', true],
  ['progcomp_alias', false],
  ['promptvars', true],
  ['restricted_shell', false],
  ['shift_verbose', false],
  ['sourcepath', true],
  ['varredir_close', false],
  ['xpg_echo', false],
];

const readOnlyShopts = new Set(['login_shell', 'restricted_shell']);
const namesByLetter = new Map(optionLetters.map(([name, letter]) => [letter, name]));

const defaults: ReadonlyMap<string, boolean> = new Map(shoptDefaults);

export class Options {
  readonly set: Set<string>;
  /** Of `shopt` what is not as at the start: every subshell copies it. */
  readonly #changed: Map<string, boolean>;
  /** Letters of the invocation: `i`, `c`, `s`. */
  invocation = '';

  constructor(
    set: Iterable<string> = ['braceexpand', 'hashall', 'interactive-comments'],
    changed: Iterable<[string, boolean]> = [],
  ) {
    this.set = new Set(set);
    this.#changed = new Map(changed);
  }

  has(name: string): boolean {
    return this.set.has(name);
  }
  shopts(name: string): boolean {
    return this.#changed.get(name) ?? defaults.get(name) ?? false;
  }
  isShopt(name: string): boolean {
    return defaults.has(name);
  }
  setShopt(name: string, on: boolean): void {
    this.#changed.set(name, on);
  }
  /** All of `shopt`, in its order. */
  allShopts(): Array<[name: string, on: boolean]> {
    return shoptDefaults.map(([name]) => [name, this.shopts(name)]);
  }
  isReadOnly(shopt: string): boolean {
    return readOnlyShopts.has(shopt);
  }

  turn(name: string, on: boolean): void {
    if (on) this.set.add(name);
    else this.set.delete(name);
    if (name === 'interactive-comments') this.setShopt('interactive_comments', on);
  }

  /** `$-`. */
  get letters(): string {
    const given = optionLetters
      .filter(([name, letter]) => letter !== '' && this.set.has(name))
      .map(([, letter]) => letter);
    const before = 'abefhkmnptuvxBCEHPT';
    given.sort((a, b) => before.indexOf(a) - before.indexOf(b));
    const i = this.invocation.includes('i') ? ['i'] : [];
    const lower = given.filter((letter) => /[a-z]/.test(letter));
    const upper = given.filter((letter) => /[A-Z]/.test(letter));
    // `i` stands among the others as if it were one of them; `c` and `s` come last.
    const low = [...lower, ...i].sort((a, b) => (a < b ? -1 : 1));
    return [...low, ...upper, ...this.invocation.replace('i', '')].join('');
  }

  get shellopts(): string {
    return [...this.set].sort().join(':');
  }
  get bashopts(): string {
    return this.allShopts()
      .filter(([, on]) => on)
      .map(([name]) => name)
      .sort()
      .join(':');
  }

  copy(): Options {
    const copy = new Options(this.set, this.#changed);
    copy.invocation = this.invocation;
    return copy;
  }
}

export function optionOfLetter(letter: string): string | undefined {
  return letter === '' ? undefined : namesByLetter.get(letter);
}

export function isOption(name: string): boolean {
  return optionLetters.some(([option]) => option === name);
}
