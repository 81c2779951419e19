/** What the build leaves beside the program, as the engine takes it. */
export interface BuiltFiles {
  /** The text of rules.json. */
  readonly rules: string;
  readonly treeSitterWasm: Uint8Array;
  readonly pythonWasm: Uint8Array;
}
