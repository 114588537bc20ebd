/** The JavaScript side of `crates/viewer-attributes`, as wasm-bindgen makes it. */
export interface AttributesModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  /** JSON: the texts of an object, by its bytes up to and with the header of its pixel data. */
  texts(head: Uint8Array, keywords: readonly string[]): string;
  isIdentifying(keyword: string): boolean;
}
