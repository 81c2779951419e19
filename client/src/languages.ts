// The languages that the extension looks at; package.json activates it on the same ones.
import type { DocumentSelector } from 'vscode';

/** As VS Code names them. */
export const languages = [
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'vue',
  'svelte',
] as const;

/**
 * Documents of these languages wherever they come from: a disk, a virtual workspace, or unsaved. Which of them are files
 * worth checking (and not, say, an old version shown by git) the server decides, who knows the folders.
 */
export const selector = languages.map((language) => ({ language })) satisfies DocumentSelector;
