// What the doors show: one finding, as plain data. It keeps what happens (the flow), what the terms make of it (clauses,
// stance, level) and how sure we are of the fact (evidence, confidence) apart. No editor or report type appears here.
import type { Stance, Sureness, Use } from './schema.ts';

/** A range of a file; offsets are UTF-16 code units into the analysed text. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A key for what begins at a place. */
export function placeKey({ path, start }: Pick<Place, 'path' | 'start'>): string {
  return `${path}\n${start}`;
}

/** What a place of a flow does. */
export type StepRole = 'source' | 'step' | 'call' | 'return' | 'store' | 'loop' | 'sink' | 'artifact';

/** One place on the way from a model to where its output ends. */
export interface FlowStep {
  readonly place: Place;
  readonly role: StepRole;
  /** What stands there, without its surroundings: an API path, a variable, a file key. Fingerprints are made of it. */
  readonly name: string;
  /** One sentence for people. */
  readonly why: string;
}

/** How sure we are that it happens. */
export type Confidence = 'high' | 'medium' | 'low';

/** What the terms make of it. `permitted` is a note that terms or an agreement allow. */
export type Level = 'warning' | 'note' | 'permitted';

/** Something that speaks for or against a finding. */
export interface Evidence {
  readonly text: string;
  readonly place?: Place;
  readonly weight: number;
}

/** A model that the call may ask for, and where that was found. */
export interface ModelCandidate {
  readonly value: string;
  /** `argument`, `default of --model`, `environment variable MODEL`. */
  readonly how: string;
  readonly place?: Place;
}

/** Who serves the model and who made it. Ids are those of rules/providers; `local` and `unknown` are no files. */
export interface FindingProvider {
  readonly host: string;
  /** The name of a host that is not in our data. */
  readonly hostName?: string;
  readonly author: string;
  readonly surface: 'api' | 'consumer' | 'open-weights' | 'local' | 'unknown';
  /** How both were found out. */
  readonly how: string;
  readonly local: boolean;
  readonly unknownReason?: string;
}

/** A clause as it applies to this finding. */
export interface CitedClause {
  readonly id: string;
  readonly provider: string;
  readonly providerName: string;
  readonly document: string;
  readonly title: string;
  readonly section?: string;
  readonly summary: string;
  readonly url: string;
  /** Why this provider's terms bind: it serves the model, made it, or made the model behind a data set. */
  readonly party: 'host' | 'author' | 'dataset';
  readonly use: Use;
  /** What the clause says by itself. */
  readonly stance: Stance;
  /** What the terms come to that it stands in, where that is another stance: on this surface, or for this data set. */
  readonly applied?: Stance;
  readonly exceptions: readonly string[];
  readonly confidence: Sureness;
  /** Whether we read it ourselves, wholly or in part. */
  readonly firstHand: boolean;
  readonly effective?: string;
  /** The last day for which we know that it read so. */
  readonly asOf?: string;
  /** Whether it was not checked in the last 90 days. */
  readonly stale?: true;
}

/** The stance that decided the level. `unknown`: no provider is known; `none`: the purpose asks for no stance. */
export type FindingStance = Stance | 'unknown' | 'none';

/** Another place that belongs to the same story. */
export interface Related {
  readonly place: Place;
  readonly message: string;
  readonly rule?: string;
}

/** What a model is asked for, one after another or at once. */
export interface CallFactor {
  readonly over: string;
  /** How many, where it can be told. */
  readonly count?: number;
  /** Set where the number is a default, which whoever runs the program may change. */
  readonly default?: boolean;
  /** The loop, or the call, that repeats. */
  readonly place: Place;
  /** Where the number, or what is read, is written. */
  readonly from?: Place;
}

/** How often a model is asked. */
export interface CallEstimate {
  /** The product of the factors, where each of them is known. */
  readonly calls?: number;
  /** `however many items a data set has × 3`. */
  readonly text: string;
  /** Whether several calls run at once. */
  readonly atOnce: boolean;
  /** How many, where it can be told; they are among those that the factors count. */
  readonly concurrency?: {
    readonly count: number;
    /** Set where the number is a default, which whoever runs the program may change. */
    readonly default?: boolean;
    /** Where it is written, or each of the numbers whose product it is. */
    readonly from: readonly Place[];
  };
  /** What is walked, the outermost first. */
  readonly factors: readonly CallFactor[];
}

/** One result of one rule at one place. */
export interface Finding {
  readonly rule: string;
  readonly place: Place;
  readonly flow: readonly FlowStep[];
  readonly provider: FindingProvider;
  /** The model that the leading clause is about, as the code writes it. */
  readonly model?: string;
  readonly models: readonly ModelCandidate[];
  /** The leading clause first. */
  readonly clauses: readonly CitedClause[];
  readonly stance: FindingStance;
  readonly evidence: { readonly for: readonly Evidence[]; readonly against: readonly Evidence[] };
  readonly confidence: Confidence;
  readonly level: Level;
  readonly assumptions: readonly string[];
  /** What would make another verdict, each a sentence without its full stop. */
  readonly changes: readonly string[];
  /** For rules on volume. */
  readonly estimate?: CallEstimate;
  /** Literals that are used as credentials: never shown, whatever they look like. */
  readonly secrets?: readonly Place[];
  readonly fingerprint: string;
  readonly story: string;
  readonly related: readonly Related[];
  readonly message: string;
}

/** Stands on every report. */
export const NOT_LEGAL_ADVICE = 'Information, not legal advice.';
