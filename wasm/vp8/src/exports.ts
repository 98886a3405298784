import { CodecError, type CodecErrorCode, type CodecExports, type CodecInstance } from '@xmpp-call/wasm-runtime';

/** The functions of `glue/*.c`. Addresses, flags and statuses are numbers. */
export interface Vp8Exports extends CodecExports {
  readonly encoder_new: () => number;
  readonly encoder_open: (encoder: number) => number;
  readonly encoder_change: (encoder: number) => number;
  readonly encoder_encode: (
    encoder: number,
    y: number,
    u: number,
    v: number,
    yStride: number,
    chromaStride: number,
    isNv12: number,
    time: number,
    duration: number,
    isKeyWanted: number,
  ) => number;
  readonly encoder_detail: (encoder: number) => number;
  readonly encoder_delete: (encoder: number) => void;
  readonly rgb_to_i420: (
    pixels: number,
    width: number,
    rows: number,
    isBgr: number,
    y: number,
    u: number,
    v: number,
  ) => void;
  readonly decoder_new: () => number;
  readonly decoder_decode: (decoder: number, data: number, bytes: number) => number;
  readonly decoder_detail: (decoder: number) => number;
  readonly decoder_delete: (decoder: number) => void;
}

export type Vp8Instance = CodecInstance<Vp8Exports>;

/** `Status` of `glue/status.h`. */
export const STATUS_OK = 0;
export const STATUS_OUT_OF_MEMORY = 2;

const STATUS_CODES: readonly (CodecErrorCode | undefined)[] = [
  undefined,
  'invalid-argument',
  'out-of-memory',
  'corrupt-packet',
  'codec-failed',
];

/** The error for a status that is not `STATUS_OK`; `detail` is the address of libvpx' own words, or 0. */
export function statusError(instance: Vp8Instance, status: number, what: string, detail: number): CodecError {
  const text = detail === 0 ? '' : `: ${readText(instance.bytes, detail)}`;
  return new CodecError(STATUS_CODES[status] ?? 'codec-failed', `${what}${text}`);
}

/** ASCII up to the zero. */
function readText(bytes: Uint8Array, address: number): string {
  const end = bytes.indexOf(0, address);
  return String.fromCharCode(...bytes.subarray(address, end));
}
