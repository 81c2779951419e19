// What a program reads of configurations and commands: the programs that packages install, and what their files ask for by name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folders, filesBelow } from './folders.ts';

/** Programs, and for each file the names that it knows: of fields, attributes and functions, and those in strings. */
export interface Asked {
  /** As API paths write them: `mlx_lm.lora`. */
  readonly programs: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads some wheels. */
export function readAsked(folders: Folders): Asked {
  const programs = new Set<string>();
  const files = new Map<string, Set<string>>();
  for (const [name, folder] of folders) {
    for (const file of filesBelow(folder, /\.dist-info\/entry_points\.txt$/)) {
      const scripts = /^\[console_scripts\]$([^[]*)/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? '';
      for (const [, program] of scripts.matchAll(/^\s*([\w.-]+)\s*=/gm)) programs.add(inPath(program!));
    }
    for (const file of filesBelow(folder, /\.pyi?$/))
      files.set(`${name}/${file}`, namesIn(readFileSync(join(folder, file), 'utf8')));
  }
  return { programs, files };
}

/** `cfg.data_files`, `data_files: str`, `data["data_files"]`, `"--data-files"`, `def upload` */
const NAME = /\.(\w+)|^\s+(\w+)\s*:|(["'])-{0,2}([\w.-]+)\3|\bdef (\w+)/gm;

function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, attribute, field, , quoted, made] of text.matchAll(NAME))
    for (const name of inPath(attribute ?? field ?? quoted ?? made!).split('.')) names.add(name);
  return names;
}

/** Words of commands and options as paths and places write them. */
function inPath(word: string): string {
  return word.replaceAll('-', '_');
}
