/** URLs of the files that the media core loads. */
export interface CoreFiles {
  readonly worker: URL;
  readonly worklets: URL;
  readonly opus: URL;
  readonly vp8: URL;
}

/** The files beside this script, or in the folder of `base`. Bundlers emit them only for URLs that are written out. */
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
