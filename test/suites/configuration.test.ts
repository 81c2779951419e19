// Lowering of shell scripts, YAML and JSON: what commands and mappings become, shown as the calls of a graph.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eachEdge, type ModuleGraph, NodeKind } from '../../server/src/graph/graph.ts';
import { scriptsIn } from '../../server/src/host/scripts.ts';
import { lowerDocument } from '../../server/src/syntax/configuration/document.ts';
import { lowerShell } from '../../server/src/syntax/configuration/shell.ts';

/** Each call as `callee(args)`, in order; `{}` stands for what is not constant. */
function callsOf(graph: ModuleGraph): string[] {
  return graph.calls.map(({ callee, args }) => {
    const shown = args.map(({ name, value }) =>
      name === undefined ? textAt(graph, value) : `${name}=${textAt(graph, value)}`,
    );
    return `${calleeAt(graph, callee)}(${shown.join(', ')})`;
  });
}

function calleeAt(graph: ModuleGraph, node: number): string {
  if (graph.kinds[node] === NodeKind.Import) return graph.imports.find((info) => info.node === node)!.specifier;
  const name = graph.strings[graph.data[node]!]!;
  if (graph.kinds[node] !== NodeKind.Load) return name;
  let base = -1;
  eachEdge(graph.in, node, (end) => {
    base = end;
  });
  return `${calleeAt(graph, base)}.${name}`;
}

function textAt(graph: ModuleGraph, node: number): string {
  switch (graph.kinds[node]) {
    case NodeKind.Constant:
      return String(graph.constants[graph.data[node]!]);
    case NodeKind.Template:
      return graph.templates[graph.data[node]!]!.map((p) => (typeof p === 'string' ? p : '{}')).join('');
    case NodeKind.Allocation:
      return '[]';
    default:
      return '{}';
  }
}

test('a script that is run is a module, any other program a global', () => {
  const calls = (text: string): string[] => callsOf(lowerShell(text));
  assert.deepEqual(calls('python src/train.py --data rows.jsonl --lr=1e-4 -v'), [
    'src/train.py(data=rows.jsonl, lr=1e-4)',
  ]);
  assert.deepEqual(calls('cd x && torchrun --nproc 8 "$ROOT/train.py" in.json \\\n  --out-dir out'), [
    'cd.x()',
    'train.py(in.json, out_dir=out)',
  ]);
  assert.deepEqual(calls('A=1 uv run python -m lab.train --data a b | tee log.txt > /dev/null 2>&1'), [
    'lab/train.py(data={})',
    'lab.train(data={})',
    'tee(log.txt)',
  ]);
  assert.deepEqual(calls('openai api fine_tunes.create -t rows.jsonl -m davinci'), [
    'openai.api.fine_tunes.create(t=rows.jsonl, m=davinci)',
  ]);
  assert.deepEqual(calls("cat <<'END' > notes\npython train.py\nEND\n# python other.py\nls"), ['cat()', 'ls()']);
});

test('variables hold what they were given', () => {
  const graph = lowerShell('OUT=${DIR:-data}/rows.jsonl\nexport NAME="a b"\npython t.py --data "$OUT" --name $NAME');
  assert.deepEqual(graph.globals.has('OUT') && graph.globals.has('NAME'), true);
  assert.deepEqual(callsOf(graph), ['t.py(data={}, name={})']);
});

test('each mapping is a call with its keys as names', () => {
  const calls = (text: string): string[] => callsOf(lowerDocument(text));
  assert.deepEqual(
    calls('base: m # which\nsets:\n  - path: "a.jsonl"\n    type: alpaca\n  - b.jsonl\nrate: 2\non: true\n'),
    ['mapping(path=a.jsonl, type=alpaca)', 'mapping(base=m, sets=[], rate=2, on=true)'],
  );
  assert.deepEqual(calls('{"tern": {"file_name": "tern.json", "tags": ["a", "b"]},\n "none": null}'), [
    'mapping(file_name=tern.json, tags=[])',
    'mapping(tern={}, none=null)',
  ]);
  assert.deepEqual(calls('text: |\n  path: not a key\nnext: {a: 1, b: [x, y]}\n'), [
    'mapping(a=1, b=[])',
    'mapping(text={}, next={})',
  ]);
});

test('any text gives a graph', () => {
  const texts = [
    'python "a.py --x $( echo ${y:-`z` } \\\n <<END\n',
    'a: [1, {b: "c\n- - x:\n   y\n\t: z\n{{{]]',
    '"key": \'v\n  - : -\n? x\n&a !t *b\n',
  ];
  for (const text of texts)
    for (let end = 0; end <= text.length; end++)
      for (const lower of [lowerShell, lowerDocument]) assert.ok(lower(text.slice(0, end)).kinds.length > 0);
});

test('the scripts that a text names', () => {
  assert.deepEqual(scriptsIn('python ./src/a.py --x=b.ts; python3 -m lab.run\n"$ROOT/c.sh" d.pyc'), [
    './src/a.py',
    'b.ts',
    'c.sh',
    'lab/run.py',
  ]);
});
