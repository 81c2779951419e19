// Programs that are run by others with options: `python train.py --data rows.jsonl`. What a command gives an option is what the
// script reads under that name, and a file that a command names is known to the script that it runs.
import { ANY, callsInOrder, NodeKind } from '../graph/graph.ts';
import type { Asking } from './asked.ts';
import { type Address, address, type ModuleId, type Program } from './program.ts';

export interface Commands {
  /** Whether a command runs a module with options. */
  isRun(module: ModuleId): boolean;
  /** What commands give the option `name` of a module that they run. */
  given(module: ModuleId, name: string): readonly Address[];
  /** The modules that the commands of a file run. */
  runBy(module: ModuleId): readonly ModuleId[];
}

/** What programs call the function that is the whole of them. */
const STARTED: readonly string[] = ['main', 'train', 'run'];

interface Command {
  readonly module: ModuleId;
  readonly call: number;
  readonly runs: ModuleId;
}

/** Creates the questions about commands. Answers are memoised. */
export function createCommands(program: Program, asking: Asking): Commands {
  const known = asking.memo<ModuleId, readonly Command[]>();
  const options = asking.memo<ModuleId, ReadonlyMap<string, readonly Address[]>>();

  const commandsIn = (module: ModuleId): readonly Command[] =>
    known(module, () => {
      const graph = program.graph(module, 'runs programs');
      const imports = new Map(graph.imports.map((info) => [info.node, info]));
      return callsInOrder(graph).flatMap((call): Command[] => {
        const { callee } = graph.calls[call]!;
        const info = graph.kinds[callee] === NodeKind.Import ? imports.get(callee) : undefined;
        const runs = info?.name === ANY ? program.resolve(module, info.specifier) : undefined;
        return runs === undefined ? [] : [{ module, call, runs }];
      });
    });

  const optionsOf = (module: ModuleId): ReadonlyMap<string, readonly Address[]> =>
    options(module, () => {
      const made = new Map<string, Address[]>();
      const scripts = [module, ...startersOf(module)];
      for (const from of new Set(scripts.flatMap((script) => program.importers(script, 'default')))) {
        if (program.ecosystem(from) !== 'configuration') continue;
        for (const { call, runs } of commandsIn(from)) {
          if (!scripts.includes(runs)) continue;
          for (const arg of program.graph(from, 'runs programs').calls[call]!.args) {
            if (arg.kind !== 'keyword' || arg.name === undefined) continue;
            const name = optionName(arg.name);
            const at = address(from, arg.value);
            made.set(name, [...(made.get(name) ?? []), at]);
          }
        }
      }
      return made;
    });

  /** Scripts that do nothing but start what a module has: they are run with options that the module reads. */
  const startersOf = (module: ModuleId): readonly ModuleId[] =>
    STARTED.flatMap((name) => program.importers(module, name)).filter(
      (from) =>
        program.ecosystem(from) !== 'configuration' &&
        program.foundIn(from, 'has no functions', ({ functions }) => functions.length === 1, 'runs programs'),
    );

  return {
    isRun: (module) => optionsOf(module).size > 0,
    given: (module, name) => optionsOf(module).get(optionName(name)) ?? [],
    runBy: (module) =>
      program.ecosystem(module) === 'configuration' ? commandsIn(module).map(({ runs }) => runs) : [],
  };
}

/** `--data-path`, `data_path` and `dataPath` are one option. */
function optionName(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}
