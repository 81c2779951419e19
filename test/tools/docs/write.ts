// Writes every generated part into its document, and names the documents that changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedParts, withPart } from './tables.ts';

for (const part of generatedParts()) {
  const before = readFileSync(part.file, 'utf8');
  const after = withPart(before, part);
  if (after === undefined) {
    console.error(
      `${part.file} has no part ${part.name}: it needs <!-- ${part.name}: … --> and <!-- /${part.name} -->.`,
    );
    process.exitCode = 2;
  } else if (after !== before) {
    writeFileSync(part.file, after);
    console.log(`${part.file}: ${part.name}`);
  }
}
