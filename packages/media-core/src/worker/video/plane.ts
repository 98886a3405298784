/** One plane of samples of 8 bits, of a picture that may interleave two. */
export interface Plane {
  readonly data: Uint8Array;
  /** Of the first sample. */
  readonly offset: number;
  /** Bytes between rows, and between samples. */
  readonly stride: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
}
