/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { jq } from './jq';

const files: Record<string, string> = { '/j': '{"a":1,"b":[1,2,{"c":"x"}],"d":null}\n' };

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [['.', 'j'], '', '{\n  "a": 1,\n  "b": [\n    1,\n    2,\n    {\n      "c": "x"\n    }\n  ],\n  "d": null\n}\n', 0],
  [['.'], '[1 2]\n', '', 4],
  [['.a.b', 'j'], '', '', 5],
  [['.foo', 'j'], '', 'null\n', 0],
  [['.a | length', 'j'], '', '1\n', 0],
  [['error("x")', 'j'], '', '', 5],
  [['foo', 'j'], '', '', 3],
  [['foo(1)', 'j'], '', '', 3],
  [
    ['--tab', '.', 'j'],
    '',
    '{\n\t"a": 1,\n\t"b": [\n\t\t1,\n\t\t2,\n\t\t{\n\t\t\t"c": "x"\n\t\t}\n\t],\n\t"d": null\n}\n',
    0,
  ],
  [['-n', '--argjson', 'x', '{', '$x'], '', '', 2],
  [['-n', '"a,b"|split(",")', '-c'], '', '["a","b"]\n', 0],
  [['-n', '@base64 "x\\("hi")y"'], '', '"xaGk=y"\n', 0],
  [['-n', '{} | .a.b.c = 1', '-c'], '', '{"a":{"b":{"c":1}}}\n', 0],
  [['-n', 'label $f | 1, break $f, 2'], '', '1\n', 0],
  [['-n', '"a" | ltrimstr("a"), startswith("a"), ascii, implode'], '', '', 3],
  [['-n', '[.[]?]|getpath(["a","b"])'], '', '', 5],
  [['-n', '[[1,2],[3,4]]|transpose', '-c'], '', '[[1,3],[2,4]]\n', 0],
  [['-an', '"é"'], '', '"\\u00e9"\n', 0],
  [['-n', 'splits'], '', '', 3],
  [['-n', '[] | first'], '', 'null\n', 0],
  [['-r', '.b|@csv', 'j'], '', '', 5],
  [['-n', '{a:1}|.[0]'], '', '', 5],
  [['-n', '1,2|.+1'], '', '2\n3\n', 0],
  [['-n', '1|.a?'], '', '', 0],
  [['foo,$x'], '{}\n', '', 3],
  [['.+1'], '1 "y"\n', '2\n', 5],
  [['.a.b.c'], '{"a":1}\n', '', 5],
  [['[paths(type=="number")]', '-c'], '{"a":{"b":[1,2]}}\n', '[["a","b",0],["a","b",1]]\n', 0],
  [['-n', '[.[]?] | length'], '', '0\n', 0],
  [['-n', '[1,null,2]|map(values)', '-c'], '', '[1,2]\n', 0],
  [['-n', '[limit(3;repeat(1))]', '-c'], '', '[1,1,1]\n', 0],
  [['-n', '{} .a.b |= 5', '-c'], '', '', 5],
  [['-n', '[splits("a, b";", *")]', '-c'], '', '', 5],
  [['-n', 'tojson,([1]|tojson|fromjson)', '-c'], '', '"null"\n[1]\n', 0],
  [
    ['-n', '{"b":2,"a":1}|keys,keys_unsorted,to_entries', '-c'],
    '',
    '["a","b"]\n["b","a"]\n[{"key":"b","value":2},{"key":"a","value":1}]\n',
    0,
  ],
  [
    ['-n', '[{a:1,b:2},{a:1,b:3}]|unique_by(.a),group_by(.a)', '-c'],
    '',
    '[{"a":1,"b":2}]\n[[{"a":1,"b":2},{"a":1,"b":3}]]\n',
    0,
  ],
  [['-n', '"ab"|.[0:1], length, utf8bytelength'], '', '"a"\n2\n2\n', 0],
  [['-n', '[recurse(.[]?)]', '-c'], '', '[null]\n', 0],
  [['-n', '"\\(1 + 2) is \\("three")"'], '', '"3 is three"\n', 0],
];

it.each(answers)('filters as jq 1.6 does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(jq, { argv: ['jq', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
