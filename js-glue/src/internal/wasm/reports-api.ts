/** The JavaScript side of `crates/viewer-reports`, as wasm-bindgen makes it. What is described is JSON. */
export interface ReportsModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  /** The set, checked. */
  check(set: string): string;
  csv(set: string): string;
  merge(into: string, from: string): string;
  report(set: string, request: string): Uint8Array<ArrayBuffer>;
  /** JSON: the set and warnings. */
  readReport(bytes: Uint8Array): string;
}
