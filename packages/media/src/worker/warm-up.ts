import type { Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import type { WarmUp } from '../core/core-choice.js';
import type { Clock } from './clock.js';

/** Size that `auto` judges by. */
export const MEASURED_WIDTH = 640;
export const MEASURED_HEIGHT = 360;
const MEASURED_SPEED = 8;

const OPUS_FRAME = 960;
/** Frames until engines have optimised, and frames measured after them. */
const OPUS_FRAMES = { warm: 10, measured: 9 };
const VP8_FRAMES = { warm: 4, measured: 5 };

/** ms of encoding and decoding 20 ms of a noisy tone. */
export async function measureOpus(opus: Opus, clock: Clock): Promise<Pick<WarmUp, 'opusEncode' | 'opusDecode'>> {
  const encoder = opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 32_000 });
  const decoder = opus.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(OPUS_FRAME);
  const packet = new Uint8Array(1276);
  const noise = noiseOf(1);
  let time = 0;
  try {
    const [opusEncode, opusDecode] = await measure(clock, OPUS_FRAMES, () => {
      for (let i = 0; i < OPUS_FRAME; i++) samples[i] = 0.2 * Math.sin(0.03 * time++) + 0.05 * (noise() - 0.5);
      return [() => encoder.encode(samples, packet), (bytes) => decoder.decode(packet.subarray(0, bytes), samples)];
    });
    return { opusEncode, opusDecode };
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

/** ms of encoding and decoding a moving picture of 640x360 at speed 8. */
export async function measureVp8(vp8: Vp8, clock: Clock): Promise<Pick<WarmUp, 'vp8Encode' | 'vp8Decode'>> {
  const size = { width: MEASURED_WIDTH, height: MEASURED_HEIGHT };
  vp8.warmUp(size);
  const encoder = vp8.createEncoder({ ...size, framesPerSecond: 30, bitrate: 500_000, speed: MEASURED_SPEED });
  const decoder = vp8.createDecoder();
  const data = new Uint8Array((MEASURED_WIDTH * MEASURED_HEIGHT * 3) / 2);
  const packet = new Uint8Array(encoder.maxPacketBytes);
  let frame = 0;
  try {
    const [vp8Encode, vp8Decode] = await measure(clock, VP8_FRAMES, () => {
      drawPattern(data, frame++);
      return [
        () => encoder.encode({ format: 'I420', ...size, data }, packet),
        (bytes) => void decoder.decode(packet.subarray(0, bytes)),
      ];
    });
    return { vp8Encode, vp8Decode };
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

type Round = () => readonly [encode: () => number, decode: (bytes: number) => void];

/**
 * The least of several rounds, which is what the device can do: others want its cores while a call begins, and whether it
 * has time enough shows in the call. Lets others have the thread between rounds.
 */
async function measure(
  clock: Clock,
  frames: { readonly warm: number; readonly measured: number },
  prepare: Round,
): Promise<readonly [encodeMs: number, decodeMs: number]> {
  const encodeMs: number[] = [];
  const decodeMs: number[] = [];
  for (let round = 0; round < frames.warm + frames.measured; round++) {
    const [encode, decode] = prepare();
    const started = clock.now();
    const bytes = encode();
    const encoded = clock.now();
    decode(bytes);
    const decoded = clock.now();
    if (round >= frames.warm) {
      encodeMs.push(encoded - started);
      decodeMs.push(decoded - encoded);
    }
    await new Promise<void>((resolve) => clock.after(0, resolve));
  }
  return [Math.min(...encodeMs), Math.min(...decodeMs)];
}

/** Smooth waves that move, with noise; chroma gets what follows them. */
function drawPattern(data: Uint8Array, frame: number): void {
  const noise = noiseOf(frame + 1);
  const wave = Float64Array.from({ length: MEASURED_WIDTH }, (_, x) => 50 * Math.sin((x + 2 * frame) / 17));
  for (let start = 0, y = 0; start < data.length; start += MEASURED_WIDTH, y++) {
    const level = 120 + 40 * Math.cos((y - frame) / 13);
    for (let x = 0; x < MEASURED_WIDTH; x++) data[start + x] = level + (wave[x] ?? 0) + 8 * noise();
  }
}

/** Numbers from 0 to 1, the same each time. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}
