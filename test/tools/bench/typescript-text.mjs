// Ordinary TypeScript as people write it, made up: modules of types, constants, functions and classes.
import { adjectives, nouns, verbs } from './random.mjs';

/** A module of about `size` characters; see `pythonModule`. */
export function typescriptModule(random, { about, imports = [], code = '', helpers = [], size }) {
  const parts = [
    `// ${about}.\n${["import { readFileSync } from 'node:fs';", "import { join } from 'node:path';", ...imports].join('\n')}`,
    types(random),
    constants(random),
  ];
  const known = [...helpers];
  let length = parts.join('').length + code.length;
  let inserted = code === '';
  while (length < size) {
    if (!inserted && length > size / 2) {
      parts.push(code.trim());
      inserted = true;
    }
    const part = random.chance(0.2) ? classOf(random, known) : functionOf(random, known);
    length += part.length + 2;
    parts.push(part);
  }
  if (!inserted) parts.push(code.trim());
  return `${parts.join('\n\n')}\n`;
}

function types(random) {
  const name = random.pick(nouns);
  const fields = [...new Set(Array.from({ length: random.between(3, 6) }, () => random.pick(nouns)))];
  return `/** One ${name} as the service sends it. */\nexport interface ${title(name)}Row {\n  readonly id: string;\n${fields.map((field) => `  readonly ${field}${random.chance(0.3) ? '?' : ''}: ${random.pick(['string', 'number', 'boolean', 'readonly string[]', "'first' | 'last'"])};`).join('\n')}\n}\n\ntype Row = Record<string, any>;`;
}

function constants(random) {
  const rows = [...new Set(Array.from({ length: random.between(3, 7) }, () => random.pick(nouns)))];
  return `const limits: Readonly<Record<string, number>> = {\n${rows.map((row) => `  ${row}: ${random.between(1, 900)},`).join('\n')}\n};\nconst pattern = /^[a-z]{2,${random.between(3, 9)}}-\\d+$/;`;
}

function classOf(random, known) {
  const name = `${title(random.pick(adjectives))}${title(random.pick(nouns))}${random.pick(['Store', 'Service', 'Builder', 'Index'])}`;
  const state = random.pick(nouns);
  const methods = Array.from({ length: random.between(2, 4) }, () =>
    functionOf(random, known, true)
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`))
      .join('\n'),
  );
  return `/** Keeps what is known of every ${state}. */\nexport class ${name} {\n  private readonly ${state}s = new Map<string, Row>();\n\n  constructor(\n    private readonly root: string,\n    private readonly limit = ${random.between(5, 500)},\n  ) {}\n\n${[...new Set(methods)].join('\n\n')}\n}`;
}

function functionOf(random, known, isMethod = false) {
  const subject = random.pick(nouns);
  const name = `${random.pick(verbs)}${title(random.pick(adjectives))}${title(subject)}`;
  const scope = {
    subject,
    values: isMethod ? ['this.limit', 'limit'] : ['limit'],
    known,
    lists: [`${subject}s`],
    used: 0,
  };
  const body = Array.from({ length: random.between(3, 8) }, () => statement(random, scope));
  const head = isMethod ? name : `export function ${name}`;
  if (!isMethod) known.push(name);
  return [
    `/** ${title(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))}s, at most \`limit\` of them. */`,
    `${head}(${subject}s: readonly Row[], limit = ${random.between(2, 90)}): Row {`,
    `  const result: Row = {};`,
    ...body
      .join('\n')
      .split('\n')
      .map((line) => `  ${line}`),
    `  return result;`,
    `}`,
  ].join('\n');
}

function statement(random, scope) {
  const { subject, values, known, lists } = scope;
  const noun = random.pick(nouns);
  const other = `${random.pick(adjectives)}${title(random.pick(nouns))}`;
  const list = random.pick(lists);
  const local = `${noun}${++scope.used}`;
  const value = random.pick(values);
  switch (random.between(0, 9)) {
    case 0:
      values.push(local);
      return `const ${local} = ${list}.length * ${random.between(2, 60)} + ${value};`;
    case 1:
      lists.push(local);
      return `const ${local} = ${list}.filter((${noun}) => ${noun}.${other} !== undefined);`;
    case 2:
      return `for (const ${noun} of ${list}) {\n  const ${other} = String(${noun}.${other} ?? '').trim().toLowerCase();\n  if (${other} === '' || ${other}.length > ${random.between(20, 200)}) continue;\n  result[${other}] = { ...${noun}, ${subject}: ${value} };\n}`;
    case 3:
      return `if (${value} > ${random.between(1, 400)}) {\n  console.warn(\`too many ${subject}s: \${${value}} of ${other}\`);\n} else if (!('${noun}' in result)) {\n  result.${noun} = \`\${${value}} ${subject}s of ${other}\`;\n}`;
    case 4:
      return `try {\n  result.${other} = JSON.parse(String(result.${noun} ?? '0'));\n} catch (error) {\n  console.debug('no number in ${noun}', error);\n  result.${other} = ${random.between(0, 9)};\n}`;
    case 5:
      return `for (const [number, line] of readFileSync(join('data', '${noun}s.csv'), 'utf8').split('\\n').entries()) {\n  if (line.startsWith('#') || !pattern.test(line)) continue;\n  result[line.split(',')[0]!] ??= number;\n}`;
    case 6:
      lists.push(local);
      return `// The ${random.pick(adjectives)} ones first: ${noun}s come in any order.\nconst ${local} = [...${list}].sort((a, b) => (a.${other} ?? 0) - (b.${other} ?? 0) || a.${subject} - b.${subject}).slice(0, ${value});`;
    case 7:
      return known.length === 0
        ? `result.${noun} = JSON.stringify({ ${other}: ${value} });`
        : `Object.assign(result, ${random.pick(known)}(${list}, ${value}));`;
    case 8:
      return `result.${noun} = {\n  ${subject}: Math.max(0, ...${list}.map((${noun}) => ${noun}.${other} as number)),\n  ${other}: \`${noun} \${limit}\`.toLowerCase().replace(/[^a-z]+/g, '-'),\n  share: Math.round((100 * ${value}) / Math.max(1, ${list}.length)) / 100,\n};`;
    default:
      values.push(local);
      return `const ${local} = ${list}.reduce((sum, ${noun}) => sum + (${noun}.${other} ?? limits.${noun} ?? 0), ${value});`;
  }
}

function title(word) {
  return word[0].toUpperCase() + word.slice(1);
}
