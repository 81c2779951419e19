// The scripts that a shell script names, by their text alone.

/** Paths of scripts as they are written, and modules that are run by name as paths; each once. A superset: comments count. */
export function scriptsIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, path] of text.matchAll(/(?:^|[\s"'=/])((?:[\w.-]+\/)*[\w-]+\.(?:py|[cm]?[jt]s|sh))(?![\w.])/g))
    found.add(path!);
  for (const [, name] of text.matchAll(/\s(?:-m|--module)\s+(\w+(?:\.\w+)*)/g))
    found.add(`${name!.replaceAll('.', '/')}.py`);
  return [...found];
}
