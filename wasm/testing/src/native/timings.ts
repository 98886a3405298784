/** Process CPU time of a native run. */
export interface NativeTimings {
  /** CPU milliseconds of each frame, in order. */
  readonly frameMs: readonly number[];
  readonly totalMs: number;
  /** Bytes of all packets. */
  readonly packetBytes: number;
}

export function parseTimings(output: Buffer): NativeTimings {
  // Written by our own program, which this package compiled.
  return JSON.parse(output.toString('utf8')) as NativeTimings;
}
