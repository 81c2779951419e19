// Declarations of Python files and stubs.
import type { PythonParser } from '../../../../server/src/syntax/python/parser.ts';
import {
  childAt,
  children,
  Field,
  firstChild,
  Syntax,
  type SyntaxTree,
  textOf,
} from '../../../../server/src/syntax/python/tree.ts';
import { addName, type Declaration, declaration, type ModuleText, type Reference, type Scope } from './declarations.ts';

const K = Syntax;

/** Where a statement stands. */
interface Place {
  readonly scope: Scope;
  /** What its names are members of: the module or a class; none in a function. */
  readonly holder: Declaration | undefined;
  /** The class around, for what is stored to `self`. */
  readonly self: Declaration | undefined;
  /** What functions defined here see: not the names of a class body. */
  readonly inner: Scope;
}

/** Reads one file or stub. */
export function readPython(parser: PythonParser, file: string, text: string): ModuleText {
  const t = parser.parse(text);
  const scope: Scope = { file, names: new Map(), parent: undefined };
  const module: ModuleText = { file, module: declaration(scope), stars: [], isScript: false, ambient: new Map() };
  block(t, 0, { scope, holder: module.module, self: undefined, inner: scope }, module);
  // Names that it makes only when it is asked for them, or when it runs.
  module.module.isOpen = module.module.members.has('__getattr__') || OWN_NAMES.test(text);
  return module;
}

/** A module that writes its own names: `globals()[name] = …`, `setattr(sys.modules[__name__], …)`. */
const OWN_NAMES =
  /\bglobals\(\)(?:\[\w+\] = |\.update\()|= sys\.modules\[__name__\][\s\S]*\bsetattr\(|\bsetattr\(\s*sys\.modules\[__name__\]/;

function bind(place: Place, name: string, value: Declaration): void {
  addName(place.scope.names, name, value);
  if (place.holder) addName(place.holder.members, name, value);
}

function block(t: SyntaxTree, n: number, place: Place, module: ModuleText): void {
  for (const c of children(t, n)) statement(t, c, place, module);
}

function statement(t: SyntaxTree, n: number, place: Place, module: ModuleText): void {
  switch (t.kinds[n]) {
    case K.class_definition:
      classDefinition(t, n, place, module);
      return;
    case K.function_definition:
      functionDefinition(t, n, place, module);
      return;
    case K.assignment:
      assignment(t, n, place);
      return;
    case K.import_statement:
      importStatement(t, n, place);
      return;
    case K.import_from_statement:
      importFrom(t, n, place, module);
      return;
    case K.lambda:
    case K.decorator:
      return;
    default:
      // Whatever holds statements: `if TYPE_CHECKING`, `try`, `with`, a definition under decorators.
      if (n + 1 < t.next[n]!) block(t, n, place, module);
  }
}

function classDefinition(t: SyntaxTree, n: number, place: Place, module: ModuleText): void {
  const name = nameAt(t, n);
  const made = declaration(place.scope);
  const bases = childAt(t, n, Field.superclasses);
  if (bases >= 0)
    for (const c of children(t, bases)) if (t.kinds[c] !== K.keyword_argument) made.means.push(...references(t, c));
  const { file } = place.scope;
  const inner: Scope = {
    file,
    names: new Map(['self', 'cls', 'Self', name].map((n) => [n, [made]])),
    parent: place.inner,
  };
  const scope: Scope = { file, names: new Map(), parent: inner };
  const body = childAt(t, n, Field.body);
  if (body >= 0) block(t, body, { scope, holder: made, self: made, inner }, module);
  if (made.members.has('__getattr__')) made.isOpen = true;
  bind(place, name, made);
  // Annotations of methods see the classes beside them.
  if (place.self !== undefined && place.holder === place.self) addName(place.inner.names, name, made);
}

function functionDefinition(t: SyntaxTree, n: number, place: Place, module: ModuleText): void {
  const scope: Scope = { file: place.scope.file, names: new Map(), parent: place.inner };
  const made = declaration(scope);
  const list = childAt(t, n, Field.parameters);
  if (list >= 0) for (const c of children(t, list)) parameter(t, c, made, scope);
  const type = childAt(t, n, Field.return_type);
  if (type >= 0) made.means.push(...references(t, type));
  // `def load(cls: type[T]) -> T`, `-> Self`
  made.givesSelf =
    /^\(\s*(?:cls|self)\s*:/.test(list < 0 ? '' : textOf(t, list)) || (type >= 0 && textOf(t, type) === 'Self');
  const body = childAt(t, n, Field.body);
  if (body >= 0) {
    block(t, body, { scope, holder: undefined, self: place.self, inner: scope }, module);
    if (type < 0) for (const c of returned(t, body)) made.means.push(...references(t, c));
  }
  bind(place, nameAt(t, n), made);
}

function parameter(t: SyntaxTree, n: number, made: Declaration, scope: Scope): void {
  if (t.kinds[n] === K.dictionary_splat_pattern || textOf(t, n).startsWith('**')) {
    made.isOpen = true;
    return;
  }
  const name = /^\*?\s*(\w+)/.exec(textOf(t, n))?.[1];
  if (name === undefined) return;
  made.parameters.push(name);
  const type = childAt(t, n, Field.type);
  if (type < 0) return;
  made.parameterTypes.push(...references(t, type));
  if (name !== 'self' && name !== 'cls') addName(scope.names, name, declaration(scope.parent!, references(t, type)));
}

function returned(t: SyntaxTree, body: number): readonly number[] {
  const found: number[] = [];
  for (let n = body; n < t.next[body]!; n++) {
    if (t.kinds[n] === K.return_statement && firstChild(t, n) >= 0) found.push(firstChild(t, n));
  }
  return found;
}

function assignment(t: SyntaxTree, n: number, place: Place): void {
  const left = childAt(t, n, Field.left);
  const type = childAt(t, n, Field.type);
  const right = childAt(t, n, Field.right);
  if (left < 0) return;
  if (right >= 0 && isList(t, left) && isList(t, right)) {
    // `load, loads = pickle.load, pickle.loads`
    const values = [...children(t, right)];
    [...children(t, left)].forEach((name, i) => {
      if (t.kinds[name] === K.identifier && values[i] !== undefined)
        bind(place, textOf(t, name), declaration(place.scope, references(t, values[i])));
    });
    return;
  }
  const made = declaration(place.scope);
  if (type >= 0) made.means.push(...references(t, type));
  if (right >= 0) made.means.push(...references(t, right));
  if (t.kinds[left] === K.identifier) bind(place, textOf(t, left), made);
  // attrs: `_fp = attr.ib()` is the constructor's `fp`.
  const field = /^_+(\w+)$/.exec(textOf(t, left))?.[1];
  if (field !== undefined && right >= 0 && /^attrs?\.(?:ib|field)\(/.test(textOf(t, right)))
    place.holder?.parameters.push(field);
  const own = /^(?:self|cls)\.(\w+)$/.exec(textOf(t, left))?.[1];
  if (own !== undefined && place.self) addName(place.self.members, own, made);
  // `a = b = value`
  if (right >= 0 && t.kinds[right] === K.assignment) assignment(t, right, place);
}

function isList(t: SyntaxTree, n: number): boolean {
  const kind = t.kinds[n]!;
  return kind === K.pattern_list || kind === K.tuple_pattern || kind === K.expression_list || kind === K.tuple;
}

function importStatement(t: SyntaxTree, n: number, place: Place): void {
  for (const c of children(t, n)) {
    if (t.kinds[c] === K.aliased_import) {
      const alias = childAt(t, c, Field.alias);
      const specifier = textOf(t, childAt(t, c, Field.name));
      if (alias >= 0) bind(place, textOf(t, alias), declaration(place.scope, [{ specifier, names: [] }]));
    } else if (t.kinds[c] === K.dotted_name) {
      const specifier = textOf(t, c).split('.')[0]!;
      bind(place, specifier, declaration(place.scope, [{ specifier, names: [] }]));
    }
  }
}

function importFrom(t: SyntaxTree, n: number, place: Place, module: ModuleText): void {
  const from = childAt(t, n, Field.module_name);
  if (from < 0) return;
  const specifier = textOf(t, from).replace(/\s/g, '');
  for (const c of children(t, n)) {
    if (c === from) continue;
    if (t.kinds[c] === K.wildcard_import) module.stars.push(specifier);
    else if (t.kinds[c] === K.aliased_import) {
      const name = textOf(t, childAt(t, c, Field.name));
      bind(place, textOf(t, childAt(t, c, Field.alias)), declaration(place.scope, [{ specifier, names: [name] }]));
    } else if (t.kinds[c] === K.dotted_name)
      bind(place, textOf(t, c), declaration(place.scope, [{ specifier, names: [textOf(t, c)] }]));
  }
}

/** What an expression or annotation names: `Optional["pkg.Client"]`, `Chat(self._client)`, `a or b`. */
function references(t: SyntaxTree, n: number): Reference[] {
  switch (t.kinds[n]) {
    case K.identifier:
    case K.dotted_name:
    case K.attribute:
    case K.member_type: {
      const text = textOf(t, n).replace(/\s/g, '');
      if (/^[\w.]+$/.test(text)) return [{ names: text.split('.') }];
      // `get(client).chat`: the member of what a call gives.
      const object = childAt(t, n, Field.object);
      const name = childAt(t, n, Field.attribute);
      if (object < 0 || name < 0) return [];
      return references(t, object).map((r) => ({ ...r, names: [...r.names, textOf(t, name)] }));
    }
    case K.call: {
      const callee = childAt(t, n, Field.function);
      const args = childAt(t, n, Field.arguments);
      // `partial(f)`, `wrapper(Class)`: what is handed in may be what comes back.
      const handed = (args < 0 ? [] : children(t, args)).flatMap((c) => {
        if (t.kinds[c] === K.identifier) return [c];
        // `TypeVar("T", bound="Base")`
        const isBound = t.kinds[c] === K.keyword_argument && nameAt(t, c) === 'bound';
        return isBound ? [childAt(t, c, Field.value)] : [];
      });
      return [...(callee < 0 ? [] : references(t, callee)), ...handed.flatMap((c) => references(t, c))];
    }
    case K.string: {
      const text = textOf(t, n).replace(/^\w*['"]+|['"]+$/g, '');
      const names = text.length < 200 ? (text.match(/[A-Za-z_][\w.]*/g) ?? []) : [];
      return /^[\w.[\]|, ]+$/.test(text) ? names.map((name) => ({ names: name.split('.') })) : [];
    }
    case K.argument_list:
    case K.keyword_argument:
    case K.lambda:
      return [];
    default:
      return children(t, n).flatMap((c) => references(t, c));
  }
}

function nameAt(t: SyntaxTree, n: number): string {
  const name = childAt(t, n, Field.name);
  return name < 0 ? '' : textOf(t, name);
}
