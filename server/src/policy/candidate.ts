// What policy asks of the flow layer: a flow as fact, with the questions about its provider still open.
// Plain data. The flow layer produces this shape without importing it; nothing here judges.
import type { Label, SinkKind } from '../catalog/model.ts';
import type { CallEstimate, Confidence, Evidence, FlowStep, ModelCandidate, Place, Related } from './finding.ts';

/** What code says about who serves a model call and which model it asks for. */
export interface ProviderQuestion {
  /** Constant base URLs, one per possibility. A hole is written `{}` or `{name}`; one that is all hole is not constant. */
  readonly baseUrl?: readonly string[];
  /** The API path of the client or package: `anthropic.AnthropicBedrock`, `@ai-sdk/openai`. */
  readonly client?: string;
  /** The provider that the catalog's row for the client or source names, perhaps with a surface: `google/api-vertex`. */
  readonly clientProvider?: string;
  readonly models: readonly ModelCandidate[];
  /** Environment variables that its base URL is read from, or else its key. */
  readonly env?: readonly string[];
  /** Present where a base URL is given and the code does not tell it: the environment variables that it is read from, if any. */
  readonly openAddress?: readonly string[];
}

/** One observation that speaks for or against a finding; what it weighs is judged later. */
export interface EvidenceFact extends Evidence {
  /** `training-keys`, `gold-comparison`: what kind of sign, for tests and tuning. */
  readonly kind: string;
  readonly side: 'for' | 'against';
}

/** A flow that a rule is about. */
export interface Candidate {
  readonly rule: string;
  readonly place: Place;
  /** The qualified name of the scope around `place`: `build.Generator.run`; empty at module level. */
  readonly scope: string;
  readonly flow: readonly FlowStep[];
  readonly origin: {
    /** The API path of the model call or the load. */
    readonly api: string;
    readonly place: Place;
    readonly labels: readonly Label[];
    /** Whether answers are read back from a store, and the model call is not in sight. */
    readonly stored: boolean;
  };
  readonly provider: ProviderQuestion;
  /** For rules on data sets: which one is loaded. */
  readonly dataset?: { readonly id: string; readonly place: Place };
  /** For the rule on reasoning: what of it is kept, in words, and whether these are several. */
  readonly kept?: { readonly name: string; readonly many: boolean };
  /** For rules on volume. */
  readonly estimate?: CallEstimate;
  /** For rules on limits: what there are several of, in words, and whether keys and accounts are no part of it. */
  readonly rotated?: { readonly words: string; readonly isDisguise: boolean };
  /** Literals that are used as credentials. */
  readonly secrets?: readonly Place[];
  /** What else the same story holds. */
  readonly signals: { readonly training: boolean; readonly volume: boolean };
  readonly evidence: readonly EvidenceFact[];
  /** How sure the flow is: steps resolved, signals strong. */
  readonly confidenceHint: Confidence;
  readonly assumptions: readonly string[];
  /** Bounds of the analysis that were reached on the way to it or beside: what lies behind was not seen. They make nothing unsure. */
  readonly bounds?: readonly string[];
  readonly story: string;
  readonly related: readonly Related[];
}

/** The rule on what is trained with; asked of answers and of listed data sets alike. */
export const TRAINING = 'training/train-on-output';
/** The rule on what is kept as training data. */
export const PERSIST = 'training/persist-output';
/** The rule on keeping how a model came to its answer. */
export const REASONING = 'training/capture-reasoning';
/** The rule on models that are asked many times. */
export const VOLUME = 'volume/bulk-query';
/** Rules that say the same of one place, the strongest first counted; any other rule has its own result there. */
export const strength: Readonly<Record<string, number>> = { [TRAINING]: 3, [REASONING]: 2, [PERSIST]: 1 };

/** The kinds of sink that train, or have trained. */
export const trains: ReadonlySet<SinkKind> = new Set(['train', 'upload', 'job']);
