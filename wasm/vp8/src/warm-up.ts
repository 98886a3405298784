import type { Vp8Decoder } from './decoder.js';
import type { Vp8EncoderOptions } from './encoder-options.js';
import type { Vp8Encoder } from './encoder.js';

/** What makes the coders that are warmed up. */
export interface CoderMaker {
  createEncoder(options: Vp8EncoderOptions): Vp8Encoder;
  createDecoder(): Vp8Decoder;
}

/** Engines optimise after this many pictures; more bring nothing that was measurable. */
const FRAMES = 6;
/** Small pictures run the same code: large ones cost four times as much and bring no more. */
const MAX_WIDTH = 320;
const MAX_HEIGHT = 180;

/** Encodes and decodes a moving pattern on codecs that are thrown away, and has the memory for the real ones grown. */
export function warmUp(vp8: CoderMaker, size: { width: number; height: number }): void {
  const rates = { framesPerSecond: 30, bitrate: 500_000 };
  vp8.createEncoder({ ...rates, ...size }).dispose();
  const width = Math.min(size.width, MAX_WIDTH);
  const height = Math.min(size.height, MAX_HEIGHT);
  const encoder = vp8.createEncoder({ ...rates, width, height });
  const decoder = vp8.createDecoder();
  try {
    const data = new Uint8Array(width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1));
    const packet = new Uint8Array(encoder.maxPacketBytes);
    for (let frame = 0; frame < FRAMES; frame += 1) {
      drawPattern(data, width, frame);
      const bytes = encoder.encode({ format: 'I420', width, height, data }, packet);
      decoder.decode(packet.subarray(0, bytes));
    }
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

/** Waves that move by fractions of a pixel, with noise: it takes all kinds of prediction to follow them. */
function drawPattern(data: Uint8Array, width: number, frame: number): void {
  let noise = frame + 1;
  for (let index = 0; index < data.length; index += 1) {
    noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
    const x = index % width;
    const y = (index - x) / width;
    const wave = Math.sin((x + frame * 2.5) / 9) + Math.cos((y - frame * 1.25) / 7 + x / 50);
    data[index] = 120 + 50 * wave + (noise >>> 28);
  }
}
