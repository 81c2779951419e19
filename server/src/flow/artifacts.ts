// Files, directories, tables and hub ids join programs: what is written under a key is read back under it, in another script or another
// language. A key is text with holes, compared by its segments; of several readers the nearest win.
import type { CallSlot, CellRow, Place } from '../catalog/model.ts';
import { nameIn } from '../catalog/names.ts';
import { ANY, functionOf, type ModuleGraph, NodeKind, nodesInOrder, perGraph } from '../graph/graph.ts';
import { plural, readAlong } from './along.ts';
import type { Asking } from './asked.ts';
import { mentioningFile, othersAt } from './beside.ts';
import { calleeName } from './callee.ts';
import { candidatesIn, readersIn } from './candidates.ts';
import type { Commands } from './commands.ts';
import type { Readers, Reading, SearchParts } from './facts.ts';
import { type Agreement, agreement, distinctiveSegment, type Key, keyOf, plain } from './keys.ts';
import { type Frame, frameName, holesIn, type KeyTexts } from './keyTexts.ts';
import { limits } from './limits.ts';
import { type AccessPath, below, concat, ENCODED, elementsOf, head, pathOf, prepend, tail } from './paths.ts';
import { type Address, address, type ModuleId, moduleOf, nodeOf } from './program.ts';
import type { ReadersOf } from './readers.ts';
import { isPassedOver } from './registered.ts';
import { guardsHold, nameKept, rowsOfTargets } from './rows.ts';
import { createSearch } from './search.ts';
import { type Spot, spots } from './spots.ts';

export interface Artifacts {
  /** Where a value that a call is given at `path` below its place is read back; nowhere if the key of the write is not known.
   * `within`: the calls that handed the value on to the write, which may have handed on the key as well. */
  readBack(module: ModuleId, call: number, path: AccessPath, within?: Frame): readonly Reading[];
  /** Whether a call writes under several names: then it depends on who hands it one. */
  hasSeveralNames(module: ModuleId, call: number): boolean;
  /** The calls that write what a call hands to the function in its argument: who adds the jobs of a queue. */
  jobsOf(module: ModuleId, call: number, worker: CallSlot): readonly Job[];
  /** What a call reads, where its keys are known. */
  readsAt(module: ModuleId, call: number): readonly Read[];
}

interface Write {
  readonly row: CellRow;
  readonly key: Key;
}

/** A call that reads an artifact. */
export interface Read {
  readonly module: ModuleId;
  readonly call: number;
  readonly row: CellRow;
  readonly keys: readonly Key[];
  /** Where what is read stands. */
  readonly value: readonly Spot[];
  /** Set where it is read along with the rows of another table. */
  readonly along?: boolean;
}

/** A call that adds a job to a queue, or several. */
export interface Job {
  readonly module: ModuleId;
  readonly call: number;
  /** What stands in the queue afterwards. */
  readonly value: Place;
}

interface Match {
  readonly read: Read;
  readonly key: Key;
  readonly how: Agreement;
  readonly readers: Readers | undefined;
}

/** Creates the joins of one analysis. Answers are memoised. */
export function createArtifacts(
  parts: SearchParts,
  textsAt: KeyTexts,
  readers: ReadersOf,
  commands: Commands,
  asking: Asking,
): Artifacts {
  const { program, values } = parts;
  const writes = asking.memo<string, readonly Write[]>();
  const reads = asking.memo<ModuleId, readonly Read[]>();
  const matched = asking.memo<string, readonly Match[]>();

  function readBack(module: ModuleId, call: number, path: AccessPath, within?: Frame): readonly Reading[] {
    const found: Reading[] = [];
    const written = address(module, program.callIn(module, call, 'write').node);
    for (const write of writtenAt(module, call, within)) {
      const rest = below(path, write.row.value.path);
      if (rest === undefined) continue;
      const stored = storedAs(write.row, rest);
      for (const { read, key, how, readers } of matchesOf(write.key, module)) {
        if (read.module === module && read.call === call) continue;
        const name = plain(key.segments.at(-1)!);
        const assumed = how === 'likely' ? `“${name}” is what was written` : undefined;
        for (const spot of read.value)
          found.push({ at: spot.at, path: arriving(spot, stored, read), written, key: name, assumed, readers });
      }
    }
    if (found.length > limits.readersPerWrite)
      program.tracing.cut(
        `what is written is read in more than ${limits.readersPerWrite} places; the rest was not followed`,
      );
    return found.slice(0, limits.readersPerWrite);
  }

  function jobsOf(module: ModuleId, call: number, worker: CallSlot): readonly Job[] {
    const keys = readsAt(module, call).flatMap(({ row: { cell, value }, keys }) =>
      (cell === 'table' || cell === 'module') && value.slot.at === 'callback' && isArgumentOf(worker, value.slot)
        ? keys
        : [],
    );
    return keys.flatMap((key) =>
      candidates(key, module).flatMap((writer) =>
        candidatesIn(program, writer, 'writerNames').flatMap((index) => {
          const written = writtenAt(writer, index).find((write) => agreement(write.key, key) === 'same');
          return written ? [{ module: writer, call: index, value: written.row.value }] : [];
        }),
      ),
    );
  }

  /** Who reads what `module` writes under a key. */
  function matchesOf(written: Key, module: ModuleId): readonly Match[] {
    const question = `${module} ${written.module?.own ?? ''} ${written.cell} ${written.segments.join('/')}`;
    return matched(question, () => {
      const found = candidates(written, module).flatMap((reader) =>
        readsOf(reader).flatMap((read): Match[] => {
          for (const key of read.keys) {
            const how = agreement(written, key);
            if (how) return [{ read, key, how, readers: readersFor(read, written) }];
          }
          return [];
        }),
      );
      // What is read along comes after the rows themselves: of too many readers, the last are not followed.
      const [alone, along] = [found.filter(({ read }) => !read.along), found.filter(({ read }) => read.along)];
      return [...nearest(alone, module), ...nearest(along, module)];
    });
  }

  /** Who calls the function that reads so that it reads what is written under a key; undefined where it does so for everybody. */
  function readersFor({ module, call, row }: Read, written: Key): Readers | undefined {
    if (call < 0) return undefined;
    const at = address(module, program.callIn(module, call, 'reads what is written').node);
    return readers.naming(at, (within) => {
      const own = keysAt(module, call, row, within);
      return { names: own.length, isNamed: own.some((key) => agreement(written, key) !== undefined) };
    });
  }

  /** The keys of a call that reads, also where more callers hand it one than are told together. */
  function readKeys(module: ModuleId, call: number, row: CellRow): readonly Key[] {
    const keys = new Map<string, Key>();
    const gather = (at: Address, inner: (outer: Frame | undefined) => Frame | undefined, depth: number): void => {
      const own = keysAt(module, call, row, inner(undefined));
      for (const key of own) keys.set(key.segments.join('/'), key);
      if (own.length < limits.textsPerKey) return;
      const { callers, frame } = readers.callersAround(at, depth);
      for (const caller of callers.slice(0, limits.callersPerReader))
        if (frame(caller, undefined))
          gather(address(caller.module, caller.node), (outer) => inner(frame(caller, outer)), depth - 1);
    };
    gather(address(module, program.callIn(module, call, 'cell').node), (outer) => outer, limits.framesPerReader);
    return [...keys.values()];
  }

  function moduleKey(id: ModuleId, own: boolean): Key {
    return { segments: program.path(id).split('/'), cell: 'module', module: { id, own } };
  }

  /** The modules that may read a key: the writer itself, those that name it, and those that its name is handed to. */
  function candidates(key: Key, module: ModuleId): readonly ModuleId[] {
    // A module that runs beside others is known to those that name its file, and to itself.
    if (key.module?.own) return [...new Set([module, ...mentioningFile(program, key.module.id)])];
    if (key.module) return [key.module.id];
    const distinctive = distinctiveSegment(key);
    const segment = distinctive ?? plain(key.segments.at(-1)!);
    const mentioning = /\p{L}/u.test(segment) ? program.mentioning(segment) : [];
    if (mentioning.length > limits.filesPerName)
      program.tracing.cut(`more than ${limits.filesPerName} files name what is written; the rest was not looked at`);
    const naming = [...mentioning.slice(0, limits.filesPerName), ...(key.cell === 'table' ? namingMany(segment) : [])];
    const constants = naming.flatMap((named) => constantsWith(named, segment));
    // A command that names it hands it to what it runs.
    const run = naming.flatMap((named) => commands.runBy(named));
    // A document that names it is read by programs that name the document.
    const reading = naming
      .filter((named) => program.ecosystem(named) === 'configuration')
      .flatMap((named) => program.mentioning(program.path(named).split('/').at(-1)!).slice(0, limits.filesPerName));
    // A name that nobody knows, but that is handed on, is known to those that it is handed to.
    const unknown = distinctive === undefined ? holesIn(key.segments.at(-1)!) : [];
    const handed = handedTo([...constants, ...unknown]);
    return [...new Set([module, ...naming, ...run, ...reading, ...handed])].sort((a, b) => a - b);
  }

  /** The modules that may read a table along with another: by a name of many, where the table has that of one. */
  function namingMany(table: string): readonly ModuleId[] {
    const naming = program.mentioning(plural(table));
    if (naming.length === 0) return [];
    const calls = [...program.catalog.alongNames].flatMap((name) => /^\w+ (\w+)$/.exec(name)?.[1] ?? []);
    const reading = new Set(calls.flatMap((name) => program.mentioning(name)));
    return naming.filter((module) => reading.has(module)).slice(0, limits.filesPerName);
  }

  /** Constants and templates that a name, or its longest constant piece, is a part of. */
  function constantsWith(module: ModuleId, segment: string): readonly Address[] {
    const piece = segment.split('{}').reduce((longest, part) => (part.length > longest.length ? part : longest), '');
    const holding = (graph: ModuleGraph): readonly number[] =>
      writtenTexts(graph).flatMap(({ node, parts }) => (parts.some((text) => text.includes(piece)) ? [node] : []));
    const nodes = program.foundIn(module, `text ${piece}`, holding, 'names what is written');
    return nodes.slice(0, limits.readersPerWrite).map((node) => address(module, node));
  }

  /** The modules that parts of a name go to: they may read under a key that they do not name. */
  function handedTo(pieces: readonly Address[]): readonly ModuleId[] {
    const search = createSearch(parts, { subject: 'name', maxFacts: limits.factsPerKey });
    for (const at of pieces) {
      const module = moduleOf(at);
      const fn = functionOf(program.graphBehind(at, 'key'), nodeOf(at));
      search.seed(at, '', parts.openEntry(module, fn), 'text', undefined);
    }
    search.run();
    return search.facts.map((fact) => moduleOf(fact.at));
  }

  /**
   * Of several readers those in the nearest folder, and those that name it with its folder; one that is alone further away reads
   * it too. A name that anyone may give is looked for in the writer's file, then in its folder only.
   */
  function nearest(found: readonly Match[], module: ModuleId): readonly Match[] {
    const own = program.path(module).split('/').slice(0, -1);
    const depth = ({ read }: Match): number => {
      const its = program.path(read.module).split('/').slice(0, -1);
      let common = 0;
      while (common < own.length && own[common] === its[common]) common++;
      return common;
    };
    const inFile = found.some((match) => match.read.module === module);
    const named = found.filter(
      (match) => match.how !== 'common' || match.read.module === module || (!inFile && depth(match) === own.length),
    );
    const best = Math.max(...named.map(depth));
    const isNear = (m: Match): boolean => depth(m) === best || (m.how === 'same' && m.key.segments.length > 1);
    const far = named.filter((m) => !isNear(m));
    if (new Set(far.map((m) => m.read.module)).size === 1) return named;
    // A table is one for a whole program: whoever makes training data of its rows stands anywhere.
    return [...named.filter(isNear), ...far.filter((m) => m.key.cell === 'table' && makesTraining(m.read.module))];
  }

  /** Whether a module that reads stored rows may make training data of them: its path says so, or it hands something to a trainer. */
  function makesTraining(module: ModuleId): boolean {
    return program.saysTraining(module) || candidatesIn(program, module, 'trainerNames').length > 0;
  }

  /** The keys that a call writes under, each once. */
  const writtenAt = (module: ModuleId, call: number, within?: Frame): readonly Write[] =>
    writes(`${module}:${call}:${within ? frameName(within) : ''}`, () =>
      cellsOf(module, call)
        .filter((row) => row.access === 'write' && row.value.slot.at !== 'rerun' && isArtifact(row))
        .filter((row) => guardsHold(program, values, module, call, row.guards))
        .flatMap((row) => keysAt(module, call, row, within).map((key) => ({ row, key }))),
    );

  const readsOf = (module: ModuleId): readonly Read[] => reads(module, () => readsIn(module));

  function readsIn(module: ModuleId): Read[] {
    return [...readersIn(program, module).flatMap((call) => readsAt(module, call)), ...membersRead(module)];
  }

  /** What a library has ready for the module that asks: `workerData`. */
  function membersRead(module: ModuleId): Read[] {
    const { memberNames } = program.catalog;
    const ecosystem = program.ecosystem(module);
    const found: Read[] = [];
    const named = (graph: ModuleGraph): readonly number[] =>
      [...nodesInOrder(graph)].filter((node) => memberNames.has(nameIn(ecosystem, memberName(graph, node) ?? '')));
    for (const node of program.foundIn(module, 'memberNames', named, 'reads what is written')) {
      for (const thing of values.what(address(module, node)))
        for (const row of thing.is === 'api' ? thing.position.rows : [])
          if (row.row === 'cell' && row.access === 'read' && row.value.slot.at === 'member')
            found.push({
              module,
              call: -1,
              row,
              keys: [moduleKey(module, true)],
              value: [{ at: address(module, node), path: pathOf(row.value.path) }],
            });
    }
    return found;
  }

  function readsAt(module: ModuleId, call: number): readonly Read[] {
    return cellsOf(module, call).flatMap((row) => {
      if (row.access !== 'read' || !isArtifact(row) || !guardsHold(program, values, module, call, row.guards))
        return [];
      const keys = readKeys(module, call, row);
      if (keys.length === 0 || isPassedOver(program, values, module, call, row.registered)) return [];
      const own = { module, call, row, keys, value: read(module, call, row.value) };
      return [own, ...alongWith(own)];
    });
  }

  /** What is read of further tables along with what a call reads. */
  function alongWith(own: Read): readonly Read[] {
    const { module, call, row, value } = own;
    if (!row.along?.length) return [];
    return readAlong(program, textsAt, module, call, row.along).flatMap(({ names, paths }) => {
      const keys = names.flatMap((name) => keyOf(name, row.cell) ?? []);
      const spots = value.flatMap(({ at, path }) =>
        paths.map((inner) => ({ at, path: concat(elementsOf(path), pathOf(inner)) })),
      );
      return keys.length === 0 ? [] : [{ ...own, keys, value: spots, along: true }];
    });
  }

  /** Where what is read stands: of a receiver, as it is after the call. */
  function read(module: ModuleId, index: number, place: Place): readonly Spot[] {
    if (place.slot.at !== 'self') return spots(program, module, index, place);
    const post = program.callIn(module, index, 'cell').receiverPost;
    return post < 0 ? [] : [{ at: address(module, post), path: pathOf(place.path) }];
  }

  function cellsOf(module: ModuleId, call: number): readonly CellRow[] {
    const known = rowsOfTargets(values, module, call);
    const graph = program.graphOfCall(module, call, 'cell');
    const name = calleeName(graph, graph.calls[call]!.callee);
    const untyped =
      known.length > 0 || name === undefined ? undefined : program.catalog.untyped(program.ecosystem(module), name);
    return (untyped?.rows ?? known).filter((row) => row.row === 'cell');
  }

  function keysAt(module: ModuleId, call: number, row: CellRow, within?: Frame): readonly Key[] {
    if (row.key.slot.at === 'module') return [moduleKey(module, true)];
    if (row.cell === 'module')
      return othersAt(program, values, textsAt, module, call, row).map((id) => moduleKey(id, false));
    const keys = new Map<string, Key>();
    const kept = nameKept(values, module, call, row.key);
    for (const text of kept === undefined
      ? spots(program, module, call, row.key).flatMap((at) => textsAt(at, within))
      : [kept]) {
      const key = keyOf(text, row.cell);
      if (key && !keys.has(key.segments.join('/'))) keys.set(key.segments.join('/'), key);
    }
    return [...keys.values()];
  }

  return { readBack, hasSeveralNames: (module, call) => writtenAt(module, call).length > 1, jobsOf, readsAt };
}

/** Where content stands in what is stored. Of a table, encoded text is in one of the columns of a row: nobody knows which. */
function storedAs(row: CellRow, path: AccessPath): AccessPath {
  if (row.form === 'encode') return prepend(ENCODED, path);
  return row.cell === 'table' && head(path) === ENCODED ? prepend(ANY, path) : path;
}

/** Where content stands in what is read: encoded text keeps its fields until it is decoded, by the reader itself or after it. */
function arriving(spot: Spot, stored: AccessPath, read: Read): AccessPath {
  const value = read.row.form === 'decode' && head(stored) === ENCODED ? tail(stored) : stored;
  return concat(elementsOf(spot.path), value);
}

/** Whether a callback is the one in the argument that a slot names. */
function isArgumentOf(slot: CallSlot, callback: Extract<CallSlot, { at: 'callback' }>): boolean {
  return slot.at === 'argument' && slot.index === callback.index && slot.name === callback.name;
}

interface WrittenText {
  readonly node: number;
  readonly parts: readonly string[];
}

/** The short texts that a module writes down, in order of their nodes: of a template its constant parts. */
const writtenTexts = perGraph((graph): readonly WrittenText[] => {
  const found: WrittenText[] = [];
  for (const node of nodesInOrder(graph)) {
    const kind = graph.kinds[node];
    const written =
      kind === NodeKind.Constant
        ? [graph.constants[graph.data[node]!]]
        : kind === NodeKind.Template
          ? graph.templates[graph.data[node]!]!
          : [];
    const parts = written.filter((part): part is string => typeof part === 'string' && part.length < 300);
    if (parts.length > 0) found.push({ node, parts });
  }
  return found;
});

/** The name under which a node is read from a library, as a member or by an import; undefined for other nodes. */
function memberName(graph: ModuleGraph, node: number): string | undefined {
  if (graph.kinds[node] === NodeKind.Import) return graph.imports[graph.data[node]!]!.name;
  return graph.kinds[node] === NodeKind.Load ? graph.strings[graph.data[node]!] : undefined;
}

function isArtifact(row: CellRow): boolean {
  return (
    row.cell === 'file' ||
    row.cell === 'directory' ||
    row.cell === 'uri' ||
    row.cell === 'table' ||
    row.cell === 'module'
  );
}
