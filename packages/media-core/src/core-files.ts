/** Addresses of what the media core loads beside the page's script. */
export interface CoreFiles {
  readonly worker: URL;
  readonly worklets: URL;
  readonly opus: URL;
  readonly vp8: URL;
}

/** Beside this script, or in the folder of `base`. Each is written out: a bundler emits the files whose address it can read. */
export function coreFiles(base: URL | undefined): CoreFiles {
  if (base) {
    return {
      worker: new URL('media.worker.js', base),
      worklets: new URL('media.worklets.js', base),
      opus: new URL('opus_bg.wasm', base),
      vp8: new URL('vp8_bg.wasm', base),
    };
  }
  return {
    worker: new URL('./media.worker.js', import.meta.url),
    worklets: new URL('./media.worklets.js', import.meta.url),
    opus: new URL('./opus_bg.wasm', import.meta.url),
    vp8: new URL('./vp8_bg.wasm', import.meta.url),
  };
}
