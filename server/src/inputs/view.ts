// The workspace as its files make it: which are there, and the answers to questions about names and imports. Answers are text, so
// that they compare: whoever remembers something that was found from one learns from its text whether it is another.
import type { ModuleId } from '../flow/program.ts';
import type { FileFacts, ModuleResolver } from './files.ts';

/** The files of a workspace and the questions about them; made anew when one comes or goes. */
export interface View {
  readonly paths: readonly string[];
  /** Numbers of files, in path order. */
  readonly ids: ReadonlyMap<string, ModuleId>;
  /** The answer to a question: paths joined by newlines, '' for none. */
  answer(question: Question): string;
  /** Whether a file is among those that a question about who imports another is answered with. */
  isImporter(path: string, question: Question): boolean;
  /** The text of a file is another. Gives the files of which questions about who imports them may have another answer now. */
  edited(path: string): Iterable<string>;
}

/** What is asked of a workspace. */
export interface Question {
  readonly kind: QuestionKind;
  /** The file that is asked about, of the view; '' for none. */
  readonly path: string;
  readonly name: string;
}

/** `document`, `package`, `resolve` and `submodule` have the same answer as long as no file comes or goes. */
export type QuestionKind =
  | 'document'
  | 'holders'
  | 'importers'
  | 'mentioning'
  | 'package'
  | 'reexporters'
  | 'resolve'
  | 'submodule';

/** How one file imports another: see `Imported`. */
interface Importing {
  readonly names: ReadonlySet<string> | undefined;
  readonly whole: boolean;
}

/** Creates the view of `files`, whose facts change with edits. */
export function createView(resolver: ModuleResolver, files: ReadonlyMap<string, FileFacts>): View {
  const paths = [...files.keys()].sort();
  const ids = new Map(paths.map((p, i) => [p, i]));
  /** By file: how the files whose imports may mean it import it; by file: those that its own imports may mean. */
  const importers = new Map<string, Map<string, Importing>>();
  const targets = new Map<string, readonly string[]>();
  const unread = new Set(paths);
  /** The files whose text has changed, one after another; and the files that mention a name, after so many of these changes. */
  const edits: string[] = [];
  const mentioned = new Map<string, { readonly found: Set<string>; text: string; edits: number }>();

  /** Asked of an edited file alone, once it was asked of all: names are many, and a keystroke must not cost a look at every file. */
  function mentioning(name: string): string {
    let known = mentioned.get(name);
    if (!known) {
      const found = paths.filter((path) => files.get(path)!.mentions(name));
      known = { found: new Set(found), text: found.join('\n'), edits: edits.length };
      mentioned.set(name, known);
    }
    for (; known.edits < edits.length; known.edits++) {
      const path = edits[known.edits]!;
      const mentions = files.get(path)!.mentions(name);
      if (mentions === known.found.has(path)) continue;
      if (mentions) known.found.add(path);
      else known.found.delete(path);
      known.text = [...known.found].sort().join('\n');
    }
    return known.text;
  }

  function importersOf(path: string): ReadonlyMap<string, Importing> {
    readImports();
    return importers.get(path) ?? new Map();
  }

  function readImports(): void {
    for (const from of unread) {
      for (const target of targets.get(from) ?? []) importers.get(target)!.delete(from);
      const { imports, ecosystem } = files.get(from)!;
      const found = new Map<string, Importing>();
      for (const { specifier, names, whole } of imports) {
        const target = resolver.resolve(from, specifier, ecosystem);
        if (target === undefined || target === from) continue;
        const before = found.get(target);
        const all = names && (!before || before.names) ? new Set([...(before?.names ?? []), ...names]) : undefined;
        found.set(target, { names: all, whole: whole || before?.whole === true });
      }
      targets.set(from, [...found.keys()]);
      for (const [target, importing] of found) {
        const known = importers.get(target);
        if (known) known.set(from, importing);
        else importers.set(target, new Map([[from, importing]]));
      }
    }
    unread.clear();
  }

  function packageAround(path: string): string {
    const directory = path.replace(/(?:\/__init__)?\.py$/, '').replace(/\/[^/]*$/, '');
    const inside = `${directory}/__init__.py`;
    return path.endsWith('.py') && inside !== path && ids.has(inside) ? inside : '';
  }

  /** The document that a program calls `name`: beside it or in a folder above, or the only one of that name. */
  function documentNear(path: string, name: string): string {
    const wanted = name
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.' && part !== '..')
      .join('/');
    if (!/\.(?:ya?ml|json)$/.test(wanted)) return '';
    for (let folder = path; folder.includes('/'); ) {
      folder = folder.slice(0, folder.lastIndexOf('/'));
      if (ids.has(`${folder}/${wanted}`)) return `${folder}/${wanted}`;
    }
    if (ids.has(wanted)) return wanted;
    const found = paths.filter((p) => p.endsWith(`/${wanted}`));
    return found.length === 1 ? found[0]! : '';
  }

  /** The files that import another, as far as a question is about them. */
  function importing(question: Question): string {
    const found: string[] = [];
    for (const [from, importing] of importersOf(question.path))
      if (isAsked(from, importing, question)) found.push(from);
    return found.sort().join('\n');
  }

  /** Whether a question about who imports a file is about `from`, which imports it. */
  function isAsked(from: string, { names, whole }: Importing, { kind, name }: Question): boolean {
    const file = files.get(from)!;
    if (kind === 'holders' && !whole) return false;
    if (kind === 'reexporters' && !file.reexports) return false;
    if (names) return names.has(name);
    // `export =` and default exports are imported under any name.
    return name === '=' || name === 'default' || file.mentions(name) || file.mentions('*');
  }

  return {
    paths,
    ids,
    answer(question) {
      const { kind, path, name } = question;
      switch (kind) {
        case 'mentioning':
          return mentioning(name);
        case 'resolve':
          return resolver.resolve(path, name, files.get(path)!.ecosystem) ?? '';
        case 'package':
          return packageAround(path);
        case 'submodule':
          return resolver.submodule(path, name) ?? '';
        case 'document':
          return documentNear(path, name);
        default:
          return importing(question);
      }
    },
    isImporter(path, question) {
      const importing = importersOf(question.path).get(path);
      return importing !== undefined && isAsked(path, importing, question);
    },
    edited(path) {
      edits.push(path);
      const before = targets.get(path) ?? [];
      unread.add(path);
      // Nobody has asked yet.
      if (unread.size === paths.length) return [];
      readImports();
      return new Set([...before, ...(targets.get(path) ?? [])]);
    },
  };
}
