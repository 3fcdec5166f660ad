/** The shell as a language: traps, options, here-documents, arrays, substitutions, jobs. */
import type { Scenario } from '../scenario';

const one = (name: string, script: string, mask?: Scenario['mask']): Scenario => ({
  name,
  script,
  ...(mask ? { mask } : {}),
});

/** A script of its own, so that what ends it ends only that. */
const file = (name: string, text: string): Scenario =>
  one(name, `cat > /tmp/s <<'SCRIPT'\n${text}\nSCRIPT\nbash /tmp/s one "two words"; echo "left with $?"`);

export const shell: readonly Scenario[] = [
  file('errexit ends a script', 'set -e; echo a; false || echo b; if false; then :; fi; ! true; (exit 3); echo never'),
  file(
    'errexit in functions and lists',
    'set -e; f() { false; echo in; }; f || echo or; f && echo and; x=$(false; echo sub); echo $x; f; echo never',
  ),
  file('nounset', 'set -u; echo ${1} ${x-unset} ${x:+set}; echo ${#a[@]}; echo "$x"; echo never'),
  file(
    'pipefail',
    'set -o pipefail; false | true; echo $?; true | (exit 4) | true; echo $? ${PIPESTATUS[@]}; set -e; false | cat; echo never',
  ),
  file(
    'errexit, nounset and pipefail together',
    'set -euo pipefail; trap \'echo "line $LINENO: $BASH_COMMAND: $?"\' ERR; echo $#; for a in "$@"; do echo "<$a>"; done; grep nothing /etc/hostname | head -n 1; echo never',
  ),
  file(
    'errtrace',
    'set -E; trap "echo err in \\${FUNCNAME[0]:-main}" ERR; f() { false; }; f; true; (false); x=$(false); echo end',
  ),
  file(
    'traps in turn',
    "trap 'echo exit $?' EXIT; trap 'echo usr1' USR1; trap 'echo term; exit 9' TERM; kill -USR1 $$; echo between; kill -TERM $$; echo never",
  ),
  file(
    'traps in subshells',
    "trap 'echo exit' EXIT; trap 'echo int' INT; (trap; echo sub); x=$(trap); echo \"$x\"; trap - EXIT; trap -p; trap '' INT; (trap -p)",
  ),
  file(
    'RETURN and DEBUG',
    "f() { trap 'echo returned' RETURN; echo in f; }; f; trap 'echo \"about to: $BASH_COMMAND\"' DEBUG; echo one; x=1; trap - DEBUG; echo two",
  ),
  file('EXIT after an error', "trap 'echo bye $?' EXIT; set -u; echo $nothing; echo never"),
  file('exec and EXIT', "trap 'echo never' EXIT; exec echo replaced"),
  file('a signal that ends it', "trap 'echo exit' EXIT; kill -HUP $$; echo never"),
  file(
    'here-documents',
    'x=5; cat <<A; cat <<\'B\'; cat <<-C; cat <<"D E"\n$x $((x+1)) `echo c` \\$x \\\\\nA\n$x \\\nB\n\t\ttabs $x\n\tC\n$x\nD E\ncat <<< "a string $x"; cat <<X | tr a-z A-Z\npiped\nX\nwhile read -r l; do echo "[$l]"; done <<Y\n  a\\b\nlast\nY',
  ),
  file(
    'a here-document in a function and a loop',
    'f() { cat <<E\n$1 of f\nE\n}; f a; for i in 1 2; do cat <<E; done\n$i\nE\nf b | cat -A',
  ),
  file(
    'arrays',
    'a=(x "y z" [5]=five); echo ${#a[@]} ${!a[@]} "${a[1]}" ${a[-1]}; a+=(six); printf "<%s>" "${a[@]}"; echo; unset "a[0]"; echo "${a[*]}"; b=("${a[@]:1:2}"); declare -p a b; IFS=,; echo "${a[*]}"; echo ${a[@]/e/E}; [[ -v a[5] ]] && echo has',
  ),
  file(
    'associative arrays',
    'declare -A m=([one]=1 [two]=2); m[three]=3; m+=([four]=4); for k in $(printf "%s\\n" "${!m[@]}" | sort); do echo $k=${m[$k]}; done; echo ${#m[@]}; unset "m[one]"; echo ${m[one]-gone}; [[ -v m[two] ]] && echo yes; declare -A e; e[]=x; echo $?',
  ),
  file(
    'process substitution',
    'diff <(printf "a\\nb\\n") <(printf "a\\nc\\n"); echo $?; tee >(tr a-z A-Z > /tmp/up) <<< low; sleep 0.2; cat /tmp/up; while read x; do n=$((n+1)); done < <(seq 3); echo $n; cat <(echo 1) <(echo 2)',
  ),
  file(
    'reading',
    'printf "a b  c\\nlast" | { read x y; echo "$x|$y"; read z; echo "$? $z"; }; IFS=: read -r a b <<< "p:q:r"; echo "$a $b"; read -n 3 c <<< abcdef; echo $c; read -d , d <<< "x,y"; echo $d; read -a e <<< "1 2 3"; echo ${e[2]}; mapfile -t m < <(seq 3); echo ${#m[@]} ${m[2]}; read -t 0.1 q < <(sleep 1); echo $?',
  ),
  file(
    'functions and locals',
    'x=g; f() { local x=l y; echo $x ${y-unset}; g; }; g() { echo $x; x=changed; }; f; echo $x; h() { return 300; }; h; echo $?; r() { [ $1 -eq 0 ] || r $(($1-1)); echo -n $1; }; r 5; echo; unset -f r; r 1; echo $?; declare -F | cut -d " " -f 3',
  ),
  file(
    'parameters',
    'v=/usr/local/lib.tar.gz; echo ${v##*/} ${v%%.*} ${v#*/} ${v%.*} ${v/l/L} ${v//l/L} ${v:5:5} ${v: -2} ${#v} ${v^^} ${v@Q}; set -- a b c; echo $# "$*" ${@:2} ${!#}; shift 2; echo $1; echo ${n:=5} $n ${z:?not set}; echo never',
  ),
  file(
    'arithmetic',
    'echo $((7/2)) $((-7/2)) $((7%3)) $((2**10)) $((0x1f)) $((010)) $((2#101)) $((1?2:3)) $((i++ + ++i)) $((5&3|8)) $((1<<4)); ((0)); echo $?; let x=5*3; echo $x; echo $((1/0)); echo next; for ((i=0;i<3;i++)); do echo -n $i; done; echo; echo $((9223372036854775807+1))',
  ),
  file(
    'tests',
    'a=x; [[ $a == x* && -n $a ]]; echo $?; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}; [ -z "" -a -n x ]; echo $?; [ a = ]; echo $?; [[ 10 -gt 9 ]]; echo $?; [[ b > a ]]; echo $?; test -e /etc/passwd -o -e /no; echo $?; [ 1 -eq x ]; echo $?; [[ /etc -nt /nothing ]]; echo $?',
  ),
  file(
    'case and select',
    'for w in abc a1 Z "" "*"; do case $w in a[0-9]) echo digit;; [a-z]*) echo lower;;& *c) echo ends in c;; "") echo empty;; \\*) echo star;; *) echo other; esac; done; select x in one two; do echo "got $x"; break; done <<< 2',
  ),
  file(
    'globs and braces',
    'cd /tmp; mkdir g; cd g; touch a.c b.c .h "x y" d1; echo *.c; echo [!a]*; echo .*h; echo n*; shopt -s nullglob; echo n*; shopt -u nullglob; shopt -s failglob; echo n*; shopt -u failglob; echo {a,b}{1..3} {5..1..2} {x,y}.c; shopt -s dotglob; echo *; printf "%s|" ?\\ ?; echo; set -f; echo *',
  ),
  file(
    'quoting',
    "echo 'a'\\''b' \"c\\\"d\" $'e\\tf\\x41\\u20ac' \"$(echo \"in \\\"ner\\\"\")\" a\\ b; printf '%q\\n' \"it's a\\$b\" '' 'x y'; x='a  b'; echo $x; echo \"$x\"; echo ~root ~/x ~nobody; echo \"~\"",
  ),
  file(
    'exit codes',
    'nosuch; echo $?; /etc/passwd; echo $?; /; echo $?; ./no; echo $?; bash -c "exit 256"; echo $?; (kill -9 $BASHPID); echo $?; sh -c "kill -TERM \\$\\$"; echo $?; ! true; echo $?; return 3; echo $?; exit 7 8; echo $?',
  ),
  file(
    'redirections',
    'exec 3> /tmp/r; echo three >&3; exec 3>&-; echo x >&3; cat /tmp/r; { echo out; echo err >&2; } 2>&1 > /dev/null; echo a > /tmp/r; echo b >> /tmp/r; set -C; echo c > /tmp/r; echo d >| /tmp/r; cat /tmp/r; echo e &> /tmp/all; cat /tmp/all; cat < /nothing; exec {fd}< /tmp/r; read l <&$fd; echo $l; cat 0<> /tmp/r',
  ),
  file(
    'background jobs',
    'sleep 0.1 & p=$!; wait $p; echo $?; (exit 5) & wait $!; echo $?; sleep 60 & kill $!; wait $!; echo $?; jobs; for i in 1 2 3; do (exit $i) & done; wait; echo $?; disown 2>&1; echo $?',
  ),
  file(
    'coproc',
    'coproc C { while read l; do echo "<$l>"; done; }; echo hi >&${C[1]}; read r <&${C[0]}; echo $r; eval "exec ${C[1]}>&-"; wait $C_PID; echo $?',
  ),
  file(
    'getopts',
    'while getopts ":ab:c" o -a -b val -c -x -b; do echo "$o ${OPTARG-none} $OPTIND"; done; OPTIND=1; while getopts "a" o -z; do echo "$o"; done; echo $OPTIND',
  ),
  file(
    'printf',
    'printf "%5d|%-5s|%05.1f|%x|%o|%c|%%|%b\\n" 42 ab 3.14159 255 8 xyz "a\\tb"; printf "%s\\n" a b c; printf "%d\\n" x; printf "%s %s\\n" 1; printf "%(%Y)T\\n" 0; printf -v v "%03d" 7; echo $v; printf "%*d|\\n" 5 3; printf "%d %d\\n" 0x10 "\'A"',
  ),
  file(
    'set and shopt',
    'set -o | grep -E "errexit|pipefail|noglob"; set -e +u; echo $-; set +e; shopt extglob; shopt -s extglob; shopt -p extglob; shopt -q nosuch; echo $?; set -o nosuch; echo $?; set -- -x y; echo $1; set -; echo $#',
  ),
  file(
    'times of day and numbers',
    'echo $((SECONDS < 5)) $((RANDOM >= 0)); echo $BASHPID $$ | awk "{print (\\$1 == \\$2)}"; (echo $BASHPID $$ | awk "{print (\\$1 == \\$2)}"); echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL); echo ${BASH_VERSINFO[0]} $PPID | wc -w; echo $LINENO; echo $0 ${BASH_SOURCE[0]}',
  ),
  file(
    'source and eval',
    'echo "y=sourced; return 4; y=never" > /tmp/lib; . /tmp/lib a; echo $? $y; eval "a=1; echo \\$a"; eval; echo $?; . /nothing; echo $?; source; echo $?; command -v ls cd nosuch; type -t if cd ls f; builtin echo b; command nosuch; echo $?',
  ),
  file(
    'syntax errors',
    'for f in "if true; then" "echo )" "for x in; do; done" "case x in" "f() {" "echo \\"" "fi" "&& a" "a | | b" "{ a" "echo \\$((1+" "x=$(1 2"; do bash -c "$f"; echo $?; done',
  ),
  file(
    'braces beside quotes',
    String.raw`echo $'a\'b {1,2}'; echo $'a\'b' {1,2}; echo x$'\''{1,2}; echo "$'a'" {1..2}; echo $'q"{a,b}'; echo "{a,b}"{c,d} '{'a,b}; echo \{a,b} {a,b\} $(echo {x,y}) ${'$'}{v:-{1,2}}`,
  ),
  file(
    'the numbers of RANDOM',
    'RANDOM=42; echo $RANDOM $RANDOM ${RANDOM} $((RANDOM)); RANDOM=7; x=$RANDOM; echo $x; a[RANDOM=1]=2; (RANDOM=3; echo $RANDOM)',
  ),
];
