/**
 * How one codec is built: its sources and the two steps from there to a module.
 * @typedef {object} Recipe
 * @property {string} name          of the directory in `wasm/` and of the files in its `pkg/`
 * @property {string} description   for the package
 * @property {import('./sources.mjs').SourcePin} source
 * @property {readonly string[]} licences     files of the source that are shipped with the module
 * @property {readonly string[]} libraryInputs  our own files or directories that the library depends on, below the recipe
 * @property {readonly string[]} moduleInputs   those that the module depends on
 * @property {readonly string[]} apiInputs      sources of other packages that its typed API takes in
 * @property {(context: BuildContext) => Promise<void>} buildLibrary  makes the static library in the build directory
 * @property {(context: BuildContext & { output: string }) => Promise<void>} linkModule  makes the .wasm file
 */

/**
 * @typedef {object} BuildContext
 * @property {string} source     the unpacked source package; not to be written to
 * @property {string} directory  to build in
 * @property {string} recipe     directory of the recipe
 */

export {};
