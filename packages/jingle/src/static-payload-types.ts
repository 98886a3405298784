interface StaticPayloadType {
  readonly name: string;
  readonly clockrate: number;
  readonly channels: number;
}

const type = (name: string, clockrate: number, channels = 1): StaticPayloadType => ({ name, clockrate, channels });

/** RFC 3551 §6, tables 4 and 5: payload types that may come without a name. */
export const STATIC_PAYLOAD_TYPES: ReadonlyMap<number, StaticPayloadType> = new Map([
  [0, type('PCMU', 8000)],
  [3, type('GSM', 8000)],
  [4, type('G723', 8000)],
  [5, type('DVI4', 8000)],
  [6, type('DVI4', 16000)],
  [7, type('LPC', 8000)],
  [8, type('PCMA', 8000)],
  [9, type('G722', 8000)],
  [10, type('L16', 44100, 2)],
  [11, type('L16', 44100)],
  [12, type('QCELP', 8000)],
  [13, type('CN', 8000)],
  [14, type('MPA', 90000)],
  [15, type('G728', 8000)],
  [16, type('DVI4', 11025)],
  [17, type('DVI4', 22050)],
  [18, type('G729', 8000)],
  [25, type('CelB', 90000)],
  [26, type('JPEG', 90000)],
  [28, type('nv', 90000)],
  [31, type('H261', 90000)],
  [32, type('MPV', 90000)],
  [33, type('MP2T', 90000)],
  [34, type('H263', 90000)],
]);
