// Answers that an application stored: which tables keep them, and whether rows that are read back count in this workspace.
import type { Observation } from '../flow/observation.ts';
import type { EvidenceData } from './evidence.ts';
import { wordsOf } from './weigh.ts';

/** Whether a table is named as those are in which applications keep what models answered. */
export function namesAnswers(table: string, { stored }: EvidenceData): boolean {
  const words = wordsOf(table);
  return [...stored.names, ...stored.common].some((word) => words.has(word));
}

/** Whether a path has a word of those that speak of training for whatever is written there. */
export function namesTraining(path: string, { paths }: EvidenceData): boolean {
  const words = wordsOf(path);
  return paths.for.some(
    (sign) => sign.unless.length === 0 && sign.weight > 1 && sign.words.some((word) => words.has(word)),
  );
}

/**
 * An observation without stored rows that nobody knows to be answers: tables with names that people's own messages have as well,
 * in a workspace that `asks` no model, and sinks that a store is written to for all kinds of ends. Undefined if nothing is left.
 */
export function withKnownStore(
  observation: Observation,
  asks: boolean,
  { stored }: EvidenceData,
): Observation | undefined {
  const table = observation.origin.stored;
  if (table === undefined) return observation;
  const words = wordsOf(table);
  if (!asks && !stored.names.some((word) => words.has(word))) return undefined;
  return { ...observation, sinks: observation.sinks.filter(({ kind }) => kind in stored.sinks) };
}
