/** One plane of 8-bit samples of a frame, whose samples may alternate with those of other planes. */
export interface Plane {
  readonly data: Uint8Array;
  /** Position of the first sample [bytes]. */
  readonly offset: number;
  /** Distance between rows [bytes]. */
  readonly stride: number;
  /** Distance between samples [bytes]. */
  readonly step: number;
  readonly width: number;
  readonly height: number;
}
