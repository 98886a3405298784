/** The browser's codecs by WebCodecs, for comparison: throughput in wall-clock time, on all threads they use. */
import type { Vp8 } from '@xmpp-call/vp8';
import { FRAMES_PER_SECOND, SAMPLES_PER_FRAME, SAMPLE_RATE, clipPeriod, frameAt, sound } from './material.js';
import { OPUS_FORMATS, type OpusRequest } from './opus.js';
import type { Host, Run } from './timing.js';
import { type Quality, type Vp8Request, qualityOf } from './vp8.js';

export interface BrowserCodec {
  readonly encodeMs: number;
  readonly decodeMs: number;
}

const MOST_QUEUED = 4;
const MICROSECONDS = 1_000_000;

/** Undefined where the browser cannot encode VP8. Its speed is its own choice. */
export async function browserVp8(
  host: Host,
  vp8: Vp8,
  request: Vp8Request,
): Promise<(BrowserCodec & Quality) | undefined> {
  const { width, height, bitrate } = request;
  const config: VideoEncoderConfig = {
    codec: 'vp8',
    ...{ width, height, bitrate, framerate: FRAMES_PER_SECOND },
    ...{ latencyMode: 'realtime', bitrateMode: 'constant' },
  };
  if (!('VideoEncoder' in globalThis) || !(await VideoEncoder.isConfigSupported(config)).supported) return undefined;
  const period = clipPeriod(request);
  const chunks: EncodedVideoChunk[] = [];
  const encoding = new Feeder();
  const encoder = new VideoEncoder({
    output: (chunk) => chunks.push(chunk),
    error: (error) => encoding.fail(error),
  });
  encoder.configure(config);
  const encodeMs = await encoding.run(
    host,
    encoder,
    () => encoder.encodeQueueSize,
    request,
    (index) => {
      const timestamp = Math.round((index * MICROSECONDS) / FRAMES_PER_SECOND);
      const { data } = frameAt(period, index);
      const frame = new VideoFrame(data, { format: 'I420', codedWidth: width, codedHeight: height, timestamp });
      encoder.encode(frame, { keyFrame: index === 0 });
      frame.close();
    },
  );
  const decoding = new Feeder();
  const decoder = new VideoDecoder({
    output: (frame) => frame.close(),
    error: (error) => decoding.fail(error),
  });
  decoder.configure({ codec: 'vp8', codedWidth: width, codedHeight: height });
  const decodeMs = await decoding.run(
    host,
    decoder,
    () => decoder.decodeQueueSize,
    { ...request, frames: chunks.length },
    (index) => decoder.decode(chunkAt(chunks, index)),
  );
  const packets = new Array<Uint8Array | undefined>(request.frames).fill(undefined);
  for (const chunk of chunks) {
    packets[Math.round((chunk.timestamp * FRAMES_PER_SECOND) / MICROSECONDS)] = bytesOf(chunk);
  }
  return { encodeMs, decodeMs, ...qualityOf(vp8, packets, period, request.frames) };
}

/** Undefined where the browser cannot encode Opus. */
export async function browserOpus(host: Host, request: OpusRequest): Promise<BrowserCodec | undefined> {
  const { channels, application } = OPUS_FORMATS[request.kind];
  const { bitrate, complexity } = request;
  const format = { codec: 'opus', sampleRate: SAMPLE_RATE, numberOfChannels: channels };
  const config = { ...format, bitrate, opus: { application, complexity, frameDuration: 20_000 } } as const;
  if (!('AudioEncoder' in globalThis) || !(await AudioEncoder.isConfigSupported(config)).supported) return undefined;
  const samples = sound(request);
  const length = SAMPLES_PER_FRAME * channels;
  const chunks: EncodedAudioChunk[] = [];
  const encoding = new Feeder();
  const encoder = new AudioEncoder({
    output: (chunk) => chunks.push(chunk),
    error: (error) => encoding.fail(error),
  });
  encoder.configure(config);
  const encodeMs = await encoding.run(
    host,
    encoder,
    () => encoder.encodeQueueSize,
    request,
    (index) => {
      const data = new AudioData({
        format: 'f32',
        sampleRate: SAMPLE_RATE,
        numberOfFrames: SAMPLES_PER_FRAME,
        numberOfChannels: channels,
        timestamp: Math.round((index * SAMPLES_PER_FRAME * MICROSECONDS) / SAMPLE_RATE),
        data: samples.subarray(index * length, (index + 1) * length),
      });
      encoder.encode(data);
      data.close();
    },
  );
  const decoding = new Feeder();
  const decoder = new AudioDecoder({
    output: (data) => data.close(),
    error: (error) => decoding.fail(error),
  });
  decoder.configure(format);
  const decodeMs = await decoding.run(
    host,
    decoder,
    () => decoder.decodeQueueSize,
    { ...request, frames: chunks.length },
    (index) => decoder.decode(chunkAt(chunks, index)),
  );
  return { encodeMs, decodeMs };
}

interface Codec extends EventTarget {
  flush(): Promise<void>;
  close(): void;
}

/** Feeds a codec, with a few frames in its queue at a time. */
class Feeder {
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /** Milliseconds per frame, flushing included. */
  async run(
    { now }: Host,
    codec: Codec,
    queueSize: () => number,
    { frames, skip }: Run,
    step: (index: number) => void,
  ): Promise<number> {
    let begin = now();
    for (let index = 0; index < frames; index += 1) {
      if (index === skip) begin = now();
      step(index);
      while (queueSize() >= MOST_QUEUED && this.#failure === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          codec.addEventListener('dequeue', () => resolve(), { once: true });
        });
      }
      if (this.#failure !== undefined) throw this.#failure;
    }
    await codec.flush();
    codec.close();
    return (now() - begin) / (frames - skip);
  }
}

function chunkAt<Chunk>(chunks: readonly Chunk[], index: number): Chunk {
  const chunk = chunks[index];
  if (chunk === undefined) throw new RangeError('fewer packets than frames');
  return chunk;
}

function bytesOf(chunk: EncodedVideoChunk): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
}
