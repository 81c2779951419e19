// Type annotations, lowered as the value that they name: `Optional["pkg.Client"]` is `pkg.Client`.
import type { Ref } from '../../graph/specs.ts';
import { deeper, type Lowering, span, text } from './context.ts';
import { expression } from './expressions.ts';
import { constantString } from './strings.ts';
import { childAt, children, Field, firstChild, Syntax } from './tree.ts';

/** Names that say nothing about which object it is. */
const plain = new Set(['str', 'int', 'float', 'bool', 'bytes', 'object', 'complex', 'None', 'Any']);
/** Wrappers whose first argument is the type. */
const transparent = new Set([
  'Optional',
  'Annotated',
  'ClassVar',
  'Final',
  'Required',
  'NotRequired',
  'Type',
  'type',
  'InitVar',
]);

/** The value that an annotation names, or undefined where it names nothing of interest. */
export function annotation(l: Lowering, n: number): Ref | undefined {
  if (n < 0) return undefined;
  return deeper(
    l,
    n,
    () => typeOf(l, n),
    () => undefined,
  );
}

function typeOf(l: Lowering, n: number): Ref | undefined {
  const t = l.t;
  switch (t.kinds[n]) {
    case Syntax.type:
    case Syntax.parenthesized_expression:
    case Syntax.constrained_type: {
      const inner = firstChild(t, n);
      return inner < 0 ? undefined : annotation(l, inner);
    }
    case Syntax.identifier:
      return plain.has(text(l, n)) ? undefined : dotted(l, n, text(l, n));
    case Syntax.attribute:
      return expression(l, n);
    case Syntax.member_type:
      return dotted(l, n, text(l, n));
    case Syntax.string:
      return dotted(l, n, constantString(t, n) ?? '');
    case Syntax.generic_type: {
      const parameters = children(t, n);
      const list = parameters.slice(1).flatMap((c) => children(t, c));
      return generic(l, n, parameters[0] ?? -1, list);
    }
    case Syntax.subscript: {
      const list = children(t, n).filter((c) => t.fields[c] === Field.subscript);
      return generic(l, n, childAt(t, n, Field.value), list);
    }
    case Syntax.binary_operator:
    case Syntax.union_type:
      return union(
        l,
        n,
        children(t, n).filter((c) => t.kinds[c] !== Syntax.operator),
      );
    default:
      return undefined;
  }
}

function generic(l: Lowering, n: number, base: number, parameters: readonly number[]): Ref | undefined {
  if (base < 0) return undefined;
  const name = text(l, base).split('.').pop()!;
  if (name === 'Union') return union(l, n, parameters);
  if (transparent.has(name) && parameters.length > 0) return annotation(l, parameters[0]!);
  return annotation(l, base);
}

function union(l: Lowering, n: number, members: readonly number[]): Ref | undefined {
  const values = members.map((c) => annotation(l, c)).filter((v) => v !== undefined);
  if (values.length <= 1) return values[0];
  return l.b.either(values, span(l, n));
}

/** A name written as text, `"pkg.Client"`; `"Client | None"` and `"Optional[Client]"` are read as far as they are simple. */
function dotted(l: Lowering, n: number, source: string): Ref | undefined {
  const name = source
    .trim()
    .replace(/^(?:typing\.)?Optional\[([^[\]]*)\]$/, '$1')
    .replace(/\s*\|\s*None$/, '')
    .replace(/\[.*\]$/s, '');
  if (!/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) || plain.has(name)) return undefined;
  const [first, ...rest] = name.split('.');
  return rest.reduce((base, part) => l.b.load(base, part, span(l, n)), l.b.readType(first!, span(l, n)));
}
