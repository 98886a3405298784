/** The reader of sdp-transform alone: its writer is of no use to us. */
declare module 'sdp-transform/lib/parser.js' {
  /** Every field that looks like a number is one, a mid as much as a port. */
  export const parse: (sdp: string) => object;
}
