/** Measurements of `@xmpp-call/opus-dred`: what deep redundancy costs on both sides. */
import init, { type OpusDred } from '@xmpp-call/opus-dred';
import { SAMPLES_PER_FRAME, SAMPLE_RATE, sound } from './material.js';
import { MAX_PACKET_BYTES } from './opus.js';
import { type FrameTimes, type Host, type Run, timeFrames } from './timing.js';

export interface DredTimes {
  /** Frames of 20 ms, without redundancy and with as much as goes. */
  readonly encodePlain: FrameTimes;
  readonly encode: FrameTimes;
  readonly decode: FrameTimes;
  /** A lost frame made up by the neural net, and the next one decoded. */
  readonly conceal: FrameTimes;
  /** A lost frame recovered from the redundancy in the next one, and that one decoded. */
  readonly recover: FrameTimes;
  /** Share of the packets whose redundancy reaches back over the frame before. */
  readonly recoverable: number;
  /** Bytes of memory with an encoder and a decoder. */
  readonly heap: number;
}

const BITRATE = 48_000;
const DRED_DURATION_MS = 1000;
const EXPECTED_LOSS = 20;
/** The least with which libopus tells speech from silence before it encodes, so that there is redundancy at all. */
const ENCODER_COMPLEXITY = 7;
/** The least with which a neural net conceals. */
const DECODER_COMPLEXITY = 5;
/** Redundancy comes in steps that a frame does not fit: one frame alone would be recovered in part. */
const WANTED_SAMPLES = 2 * SAMPLES_PER_FRAME;
const FORMAT = { sampleRate: SAMPLE_RATE, channels: 1 } as const;

/** Speech, mono. */
export async function measureDred(host: Host, run: Run): Promise<DredTimes> {
  const dred = await init(await host.moduleBytes('opus-dred'));
  // The engine compiles what is used often.
  encode(host, dred, run, DRED_DURATION_MS);
  const encodePlain = encode(host, dred, run, 0).times;
  const { times, packets } = encode(host, dred, run, DRED_DURATION_MS);
  const decoder = dred.createDecoder({ ...FORMAT, complexity: DECODER_COMPLEXITY });
  const samples = new Float32Array(SAMPLES_PER_FRAME);
  const packetAt = (index: number): Uint8Array => {
    const packet = packets[index];
    if (packet === undefined) throw new RangeError('fewer packets than frames');
    return packet;
  };
  const pairs = { frames: Math.floor(run.frames / 2), skip: Math.floor(run.skip / 2) };
  const decoding = timeFrames(host, run, (index) => void decoder.decode(packetAt(index), samples));
  const conceal = timeFrames(host, pairs, (index) => {
    decoder.conceal(samples, SAMPLES_PER_FRAME);
    decoder.decode(packetAt(2 * index + 1), samples);
  });
  let recoverable = 0;
  const recover = timeFrames(host, pairs, (index) => {
    const next = packetAt(2 * index + 1);
    if (decoder.parseDred(next, WANTED_SAMPLES) >= SAMPLES_PER_FRAME) recoverable += 1;
    decoder.decodeDred(SAMPLES_PER_FRAME, samples, SAMPLES_PER_FRAME);
    decoder.decode(next, samples);
  });
  const heap = dred.memoryBytes;
  decoder.dispose();
  return {
    encodePlain,
    encode: times,
    decode: decoding,
    conceal,
    recover,
    recoverable: recoverable / pairs.frames,
    heap,
  };
}

function encode(
  host: Host,
  dred: OpusDred,
  run: Run,
  dredDuration: number,
): { times: FrameTimes; packets: Uint8Array<ArrayBuffer>[] } {
  const samples = sound({ kind: 'speech', frames: run.frames });
  const encoder = dred.createEncoder({
    ...FORMAT,
    ...{
      application: 'voip',
      bitrate: BITRATE,
      complexity: ENCODER_COMPLEXITY,
      expectedLoss: EXPECTED_LOSS,
      dredDuration,
    },
  });
  const packet = new Uint8Array(MAX_PACKET_BYTES);
  const packets: Uint8Array<ArrayBuffer>[] = [];
  const times = timeFrames(host, run, (index) => {
    const bytes = encoder.encode(samples.subarray(index * SAMPLES_PER_FRAME, (index + 1) * SAMPLES_PER_FRAME), packet);
    packets.push(packet.slice(0, bytes));
  });
  encoder.dispose();
  return { times, packets };
}
