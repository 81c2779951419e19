// Reading one discovered file: its bytes, or why it is not a source after all.
import type { Skipped, SourceFile } from './discovery.ts';
import { isBinary, unreadableByContent } from './exclusions.ts';
import { type FileSystem, isProblem } from './filesystem.ts';

/** The bytes of a source, or why it is skipped; what was named by a person is read unless it is binary. */
export function readSource(fs: FileSystem, file: SourceFile): Uint8Array | Skipped {
  const bytes = fs.readBytes(file.path);
  if (isProblem(bytes)) return { path: file.path, reason: 'unreadable', detail: bytes.message };
  const reason =
    file.named || file.language === 'notebook' ? (isBinary(bytes) ? 'binary' : undefined) : unreadableByContent(bytes);
  return reason === undefined ? bytes : { path: file.path, reason, detail: 'by its content' };
}
