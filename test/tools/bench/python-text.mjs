// Ordinary Python as people write it, made up: modules of constants, data classes, functions and classes.
import { adjectives, nouns, verbs } from './random.mjs';

/**
 * A module of about `size` characters. `imports` are lines for the head, `code` stands as it is in the middle, `helpers` are
 * names of functions that ordinary code may call.
 */
export function pythonModule(random, { about, imports = [], code = '', helpers = [], size }) {
  const parts = [
    `"""${about}."""`,
    [
      'from __future__ import annotations',
      '',
      'import json',
      'import logging',
      'import re',
      'from dataclasses import dataclass, field',
      'from pathlib import Path',
      '',
      ...imports,
    ]
      .join('\n')
      .trimEnd(),
    `logger = logging.getLogger(__name__)\n\n${constants(random)}`,
    dataClass(random),
  ];
  const known = [...helpers];
  let length = parts.join('').length + code.length;
  let inserted = code === '';
  while (length < size) {
    if (!inserted && length > size / 2) {
      parts.push(code.trim());
      inserted = true;
    }
    const part = random.chance(0.2) ? classOf(random, known) : functionOf(random, known, '');
    length += part.length + 3;
    parts.push(part);
  }
  if (!inserted) parts.push(code.trim());
  return `${parts.join('\n\n\n')}\n`;
}

function constants(random) {
  const name = random.pick(nouns).toUpperCase();
  const rows = Array.from(
    { length: random.between(3, 7) },
    () => `    "${random.pick(nouns)}": ${random.between(1, 900)},`,
  );
  return `${name}_LIMITS = {\n${[...new Set(rows)].join('\n')}\n}\n${name}_PATTERN = re.compile(r"^[a-z]{2,${random.between(3, 9)}}-\\d+$")\nDEFAULT_${name} = "${random.pick(adjectives)}-${random.pick(nouns)}"`;
}

function dataClass(random) {
  const name = random.pick(nouns);
  const fields = [...new Set(Array.from({ length: random.between(3, 6) }, () => random.pick(nouns)))];
  const types = [
    'str = ""',
    'int = 0',
    'float = 0.0',
    'list[str] = field(default_factory=list)',
    'dict[str, int] = field(default_factory=dict)',
  ];
  return `@dataclass\nclass ${title(name)}Row:\n    """One ${name} as it comes from the store."""\n\n${fields.map((f) => `    ${f}: ${random.pick(types)}`).join('\n')}\n\n    def is_${random.pick(adjectives)}(self) -> bool:\n        return bool(self.${fields[0]}) and self.${fields[1] ?? fields[0]} != ${random.between(1, 50)}`;
}

function classOf(random, known) {
  const name = `${title(random.pick(adjectives))}${title(random.pick(nouns))}${random.pick(['Store', 'Service', 'Builder', 'Index'])}`;
  const state = random.pick(nouns);
  const methods = Array.from({ length: random.between(2, 4) }, () => functionOf(random, known, '    '));
  return `class ${name}:\n    """Keeps what is known of every ${state}."""\n\n    def __init__(self, root: Path, limit: int = ${random.between(5, 500)}) -> None:\n        self.root = root\n        self.limit = limit\n        self.${state}_by_name: dict[str, dict] = {}\n\n${[...new Set(methods)].join('\n\n')}`;
}

function functionOf(random, known, indent) {
  const subject = random.pick(nouns);
  const name = `${random.pick(verbs)}_${random.pick(adjectives)}_${subject}`;
  const isMethod = indent !== '';
  const values = isMethod ? ['self.limit', 'limit'] : ['limit'];
  const scope = { subject, values, known, lists: [`${subject}s`] };
  const body = Array.from({ length: random.between(3, 8) }, () => statement(random, scope));
  const parameters = `${isMethod ? 'self, ' : ''}${subject}s: list[dict], limit: int = ${random.between(2, 90)}`;
  const lines = [
    `def ${name}(${parameters}) -> dict[str, object]:`,
    `    """${title(name.replaceAll('_', ' '))}s, at most \`limit\` of them."""`,
    `    result: dict[str, object] = {}`,
    ...body
      .join('\n')
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`)),
    `    return result`,
  ];
  if (!isMethod) known.push(name);
  return lines.map((line) => (line === '' ? '' : indent + line)).join('\n');
}

function statement(random, { subject, values, known, lists }) {
  const noun = random.pick(nouns);
  const other = random.pick(nouns);
  const list = random.pick(lists);
  const local = `${random.pick(adjectives)}_${noun}`;
  switch (random.between(0, 9)) {
    case 0:
      values.push(local);
      return `${local} = len(${list}) * ${random.between(2, 60)} + ${random.pick(values)}`;
    case 1:
      lists.push(`${local}s`);
      return `${local}s = [${noun} for ${noun} in ${list} if ${noun}.get("${other}") is not None]`;
    case 2:
      return `for ${noun} in ${list}:\n    ${other} = str(${noun}.get("${other}", "")).strip().lower()\n    if not ${other} or len(${other}) > ${random.between(20, 200)}:\n        continue\n    result[${other}] = {**${noun}, "${subject}": ${random.pick(values)}}`;
    case 3:
      return `if ${random.pick(values)} > ${random.between(1, 400)}:\n    logger.warning("too many ${subject}s: %d of %s", ${random.pick(values)}, "${other}")\nelif "${noun}" not in result:\n    result["${noun}"] = f"{${random.pick(values)}} ${subject}s of ${other}"`;
    case 4:
      return `try:\n    ${local} = int(str(result.get("${noun}", 0)))\nexcept ValueError as error:\n    logger.debug("no number in ${noun}: %s", error)\n    ${local} = ${random.between(0, 9)}\nresult["${other}"] = ${local}`;
    case 5:
      return `with Path("${noun}s.${random.pick(['json', 'csv', 'txt'])}").open(encoding="utf-8") as source:\n    for number, line in enumerate(source, start=1):\n        if line.startswith("#") or not line.strip():\n            continue\n        result.setdefault(line.split(",")[0], number)`;
    case 6:
      lists.push(`${local}s`);
      return `# The ${random.pick(adjectives)} ones first: ${other}s come in any order.\n${local}s = sorted(${list}, key=lambda ${noun}: (${noun}.get("${other}", 0), ${noun}["${subject}"]), reverse=${random.pick(['True', 'False'])})[: ${random.pick(values)}]`;
    case 7:
      return known.length === 0
        ? `result["${noun}"] = json.dumps({"${other}": ${random.pick(values)}})`
        : `result.update(${random.pick(known)}(${list}, ${random.pick(values)}))`;
    case 8:
      return `result["${noun}"] = {\n    "${subject}": max((${other}["${noun}"] for ${other} in ${list}), default=0),\n    "${other}": re.sub(r"[^a-z]+", "-", f"${noun} {limit}".lower()),\n    "share": round(${random.pick(values)} / max(1, len(${list})), 2),\n}`;
    default:
      values.push(local);
      return `${local} = sum(${noun}.get("${other}", 0) for ${noun} in ${list}) if ${list} else ${random.pick(values)}`;
  }
}

function title(word) {
  return word[0].toUpperCase() + word.slice(1);
}
