/** Functions of jq that are written in jq. */

import { Env } from './env';
import { parseDefinitions } from './parser';

const source = `
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def recurse: ..;
def recurse(f): def r: ., (f | r); r;
def recurse(f; cond): def r: ., (f | select(cond) | r); r;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $x ({}; . + { ($x | if .key == null then .k // .name // .Name // .K // .Key else .key end | if type == "string" then . else tojson end): ($x | if has("value") then .value elif has("Value") then .Value else .v end) });
def with_entries(f): to_entries | map(f) | from_entries;
def map_values(f): .[] |= f;
def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def leaf_paths: paths(scalars);
def any: reduce .[] as $x (false; . or $x);
def all: reduce .[] as $x (true; . and $x);
def any(f): reduce (.[] | f) as $x (false; . or $x);
def all(f): reduce (.[] | f) as $x (true; . and $x);
def any(g; f): reduce (g | f) as $x (false; . or $x);
def all(g; f): reduce (g | f) as $x (true; . and $x);
def isempty(g): first((g | false), true);
def first: .[0];
def last: .[-1];
def last(f): reduce f as $x (null; $x);
def nth($n): .[$n];
def nth($n; f): last(limit($n + 1; f));
def until(cond; update): def u: if cond then . else (update | u) end; u;
def while(cond; update): def w: if cond then ., (update | w) else empty end; w;
def repeat(f): def r: f | (., r); r;
def inside(xs): . as $x | xs | contains($x);
def in(xs): . as $x | xs | has($x);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def walk(f): . as $in | if type == "object" then reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | walk(f))}) | f elif type == "array" then map(walk(f)) | f else f end;
def transpose: if . == [] then [] else . as $in | (map(length) | max) as $max | [range(0; $max) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;
def match(re): match(re; null);
def match(re; flags): (if re | type == "array" then (re[1] // "") else (flags // "") end) as $f | (if re | type == "array" then re[0] else re end) as $r | _match($r; $f) | .[];
def test(re): test(re; null);
def test(re; flags): (if re | type == "array" then (re[1] // "") else (flags // "") end) as $f | (if re | type == "array" then re[0] else re end) as $r | _match($r; $f) | length > 0;
def capture(re): capture(re; null);
def capture(re; flags): match(re; flags) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan(re): scan(re; null);
def scan(re; flags): match(re; "g" + (flags // "")) | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;
def split(re; flags): . as $s | [foreach (match(re; "g" + (flags // "")) | [.offset, .length], null) as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];
def splits(re): splits(re; null);
def splits(re; flags): split(re; flags) | .[];
def _captures: .captures | map(select(.name != null) | {key: .name, value: .string}) | from_entries;
def sub(re; str): sub(re; str; "");
def sub(re; str; flags): . as $in | [match(re; flags)] as $ms | if ($ms | length) == 0 then $in else reduce $ms[] as $m ({at: 0, out: ""}; . as $st | ($m | _captures | str) as $new | {at: ($m.offset + $m.length), out: ($st.out + $in[$st.at:$m.offset] + $new)}) | .out + $in[.at:] end;
def gsub(re; str): sub(re; str; "g");
def gsub(re; str; flags): sub(re; str; flags + "g");
def dateadd(u; n): . + n;
def date: todate;
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f): {x: null, e: false} as $init | foreach f as $i ($init; if .e then $init else . end | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; $i[0] | length == 1) end; if .e then .x else empty end);
def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def INDEX(stream; idx_expr): reduce stream as $row ({}; .[$row | idx_expr | tostring] |= $row);
def INDEX(idx_expr): INDEX(.[]; idx_expr);
def bsearch($target): if length == 0 then -1 else (map(. < $target) | map(select(.)) | length) as $i | if .[$i] == $target then $i else -1 - $i end end;
`;

let made: Env | null = null;

/** Parsed once. */
export function prelude(): Env {
  if (made !== null) return made;
  made = Env.of(parseDefinitions(source));
  return made;
}
