// Which entries of the catalog does no fixture need? Each is switched off in turn, and the projects that would be told
// something else by the catalog without it are run again.
import { type CompiledCatalog, ECOSYSTEMS, forEcosystems } from '../../../server/src/catalog/compiled.ts';
import type { CatalogText } from '../../../server/src/catalog/documents.ts';
import { buildCatalog } from '../../../server/src/catalog/load.ts';
import { markerKey } from '../../../server/src/catalog/markers.ts';
import type { Catalog, Ecosystem } from '../../../server/src/catalog/model.ts';
import { openCatalog } from '../../../server/src/catalog/trie.ts';
import { buildPrefilter } from '../../../server/src/host/prefilter.ts';
import type { Engine, Lower } from '../../../server/src/workspace.ts';
import { type Entry, without } from './entries.ts';
import { findingsIn, type SmallProject } from './projects.ts';
import { createQuestionnaire } from './questions.ts';

/** The entries among `wanted` whose absence changes nothing that is found in `projects`. `engine` gives parsers and policy. */
export function idleEntries(
  text: CatalogText,
  wanted: readonly Entry[],
  projects: readonly SmallProject[],
  engine: Engine,
): Entry[] {
  const parts: Engine = { ...engine, lower: rememberGraphs(engine.lower) };
  const open = (changed: CatalogText, of?: Ecosystem): Catalog =>
    openCatalog(ECOSYSTEMS.map((name) => (name === of || of === undefined ? built(changed, name) : unchanged[name])));
  // A row of one language is no concern of the other's, and building is most of the work.
  const unchanged = forEcosystems((name) => built(text, name));
  const whole = open(text);
  const questionnaire = createQuestionnaire(whole);
  const recording = withCatalog(parts, questionnaire.catalog);
  const before = projects.map((project, i) => {
    questionnaire.begin(i);
    return findingsIn(project, recording);
  });
  /** The project that told the last entry apart is likely to tell the next one apart. */
  let last = -1;
  return wanted.filter((entry) => {
    const catalog = open(without(text, entry), entry.document.ecosystem);
    const changed = [...new Set([...questionnaire.changed(catalog), ...unmarked(whole, catalog, projects)])];
    if (changed.includes(last)) changed.unshift(last);
    const engineWithout = withCatalog(parts, catalog);
    const found = changed.find((i) => findingsIn(projects[i]!, engineWithout) !== before[i]);
    last = found ?? last;
    return found === undefined;
  });
}

function built({ shapes, documents, open }: CatalogText, ecosystem: Ecosystem): CompiledCatalog {
  const own = documents.filter((document) => document.ecosystem === ecosystem);
  return buildCatalog({ shapes, documents: own, open }).catalog;
}

function withCatalog(engine: Engine, catalog: Catalog): Engine {
  return { ...engine, catalog, prefilter: buildPrefilter(catalog.markers) };
}

/** Graphs depend on their texts alone, so no run needs to make one a second time. */
function rememberGraphs(lower: Lower): Lower {
  const known = new Map<string, ReturnType<Lower>>();
  return (language, text, cells) => {
    const key = `${language} ${cells?.join() ?? ''} ${text}`;
    let graph = known.get(key);
    if (!graph) {
      graph = lower(language, text, cells);
      known.set(key, graph);
    }
    return graph;
  };
}

/** The projects that mention a marker which the other catalog has not. */
function unmarked(whole: Catalog, other: Catalog, projects: readonly SmallProject[]): readonly number[] {
  const left = new Set(other.markers.map(markerKey));
  const lost = whole.markers.filter((marker) => !left.has(markerKey(marker)));
  if (lost.length === 0) return [];
  return [...projects.keys()].filter((i) =>
    Object.values(projects[i]!.files).some((file) => lost.some(({ text }) => Buffer.from(file).includes(text))),
  );
}
