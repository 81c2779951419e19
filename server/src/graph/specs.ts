// What a frontend says of the code that it reads: the vocabulary of the builder.
import type { Argument, FunctionInfo, LoopInfo, Parameter } from './graph.ts';
import type { Variable } from './ssa.ts';

/** Start and end offsets, UTF-16 code units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value and the place it was read from, so that a mutation of the value can update the place. */
export interface Ref {
  readonly node: number;
  readonly variable?: Variable;
  readonly base?: Ref;
  readonly element?: string;
  /** The values of which it is one. */
  readonly choices?: readonly Ref[];
}

/** What a frontend says of an argument. */
export interface ArgumentSpec {
  readonly value: Ref;
  readonly kind?: Argument['kind'];
  readonly name?: string;
}

/** What a frontend says of a parameter. Destructuring is the frontend's: give the parameter a name and load from it. */
export interface ParameterSpec extends Span {
  readonly name: string;
  readonly kind?: Parameter['kind'];
  /** The default value; where it is evaluated at each call (JavaScript), a function that lowers it inside. */
  readonly fallback?: Ref | (() => Ref) | undefined;
  readonly annotation?: Ref | undefined;
}

export interface FunctionSpec extends Span {
  readonly name: string;
  readonly params: readonly ParameterSpec[];
  readonly async?: boolean;
  readonly generator?: boolean;
  /** Set for functions that stand directly in a class body. */
  readonly binding?: FunctionInfo['binding'];
  /** The declared type of what it returns. */
  readonly returns?: Ref | undefined;
}

export interface LoopSpec extends Span {
  readonly form: LoopInfo['form'];
  readonly async?: boolean;
  readonly endless?: boolean;
  /** The value iterated over (for-each, comprehension). */
  readonly subject?: Ref | undefined;
  /** Where the loop variable stands: the place of each element. Else the place where the subject was defined. */
  readonly target?: Span | undefined;
}
