/** Measurements of `@xmpp-call/vp8`, in whichever engine they run. */
import { type I420Frame, i420Frame, lumaPsnr } from '@xmpp-call/wasm-testing';
import init, { type Vp8 } from '@xmpp-call/vp8';
import { type ClipRequest, FRAMES_PER_SECOND, clipPeriod, frameAt } from './material.js';
import { anew } from './modules.js';
import { type FrameTimes, type Host, type Run, mean, timeFrames, timeOf } from './timing.js';

export interface Vp8Request extends Run, ClipRequest {
  /** bits/s */
  readonly bitrate: number;
  readonly speed: number;
}

export interface Quality {
  /** kbit/s at 30 frames per second. */
  readonly kilobits: number;
  /** Mean of the luma over one period of the clip, dB. */
  readonly psnr: number;
}

export interface Vp8Encoding extends Quality {
  readonly times: FrameTimes;
}

export interface Vp8Decoding {
  readonly times: FrameTimes;
  /** With the picture copied to the caller's memory. */
  readonly copied: FrameTimes;
}

export interface FirstFrame {
  /** The first frame of a fresh instance. */
  readonly coldMs: number;
  /** The same after `warmUp`. */
  readonly warmMs: number;
  readonly warmUpMs: number;
  /** The first frame of a new encoder in a warm instance. */
  readonly hotMs: number;
}

export class Vp8Bench {
  readonly #host: Host;
  #shared: Promise<Vp8> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async encode(request: Vp8Request): Promise<Vp8Encoding> {
    const { packets, times } = await this.encodePackets(request);
    return { times, ...qualityOf(await this.vp8(), packets, clipPeriod(request), request.frames) };
  }

  async encodePackets(request: Vp8Request): Promise<{ times: FrameTimes; packets: Uint8Array<ArrayBuffer>[] }> {
    const period = clipPeriod(request);
    return encodeFrames(this.#host, await this.vp8(), request, period);
  }

  async decode(request: Vp8Request): Promise<Vp8Decoding> {
    const { packets } = await this.encodePackets(request);
    const vp8 = await this.vp8();
    const target = i420Frame(request.width, request.height).data;
    return {
      times: this.decodePackets(vp8, request, packets),
      copied: this.decodePackets(vp8, request, packets, target),
    };
  }

  decodePackets(vp8: Vp8, run: Run, packets: readonly Uint8Array[], target?: Uint8Array<ArrayBuffer>): FrameTimes {
    const decoder = vp8.createDecoder();
    const times = timeFrames(this.#host, run, (index) => {
      const packet = packets[index];
      if (packet === undefined) throw new RangeError('fewer packets than frames');
      const picture = decoder.decode(packet);
      if (target !== undefined) picture?.copyTo(target);
    });
    decoder.dispose();
    return times;
  }

  /** The first frame, with cold code and a key frame. */
  async firstFrame(request: Vp8Request): Promise<FirstFrame> {
    const period = clipPeriod(request);
    const first = { ...request, frames: 1, skip: 0 };
    const cold = encodeFrames(this.#host, await this.#fresh(), first, period);
    const warm = await this.#fresh();
    const warmUpMs = await timeOf(this.#host, () => warm.warmUp({ width: request.width, height: request.height }));
    const warmed = encodeFrames(this.#host, warm, first, period);
    encodeFrames(this.#host, warm, request, period);
    const hot = encodeFrames(this.#host, warm, first, period);
    return { coldMs: cold.times.meanMs, warmMs: warmed.times.meanMs, warmUpMs, hotMs: hot.times.meanMs };
  }

  /** Bytes of memory after `frames` frames in a fresh instance each. */
  async heap(request: Vp8Request): Promise<{ readonly encoder: number; readonly decoder: number }> {
    const encoding = await this.#fresh();
    const { packets } = encodeFrames(this.#host, encoding, request, clipPeriod(request));
    const decoding = await this.#fresh();
    this.decodePackets(decoding, request, packets);
    return { encoder: encoding.memoryBytes, decoder: decoding.memoryBytes };
  }

  /** The instance of all measurements that need no fresh one. */
  vp8(): Promise<Vp8> {
    this.#shared ??= this.#host.moduleBytes('vp8').then((bytes) => init(bytes));
    return this.#shared;
  }

  async #fresh(): Promise<Vp8> {
    return init(anew(await this.#host.moduleBytes('vp8')));
  }
}

/** Encodes a clip in a loop. */
function encodeFrames(
  host: Host,
  vp8: Vp8,
  { width, height, bitrate, speed, frames, skip }: Vp8Request,
  period: readonly I420Frame[],
): { times: FrameTimes; packets: Uint8Array<ArrayBuffer>[] } {
  const encoder = vp8.createEncoder({ width, height, framesPerSecond: FRAMES_PER_SECOND, bitrate, speed });
  const packet = new Uint8Array(encoder.maxPacketBytes);
  const packets: Uint8Array<ArrayBuffer>[] = [];
  const times = timeFrames(host, { frames, skip }, (index) => {
    const { data } = frameAt(period, index);
    const bytes = encoder.encode({ format: 'I420', data, width, height }, packet);
    packets.push(packet.slice(0, bytes));
  });
  encoder.dispose();
  return { times, packets };
}

/**
 * Bitrate of all packets, and the PSNR of as many frames as one period of the clip has.
 * @param packets at the index of their frame; some may be missing
 */
export function qualityOf(
  vp8: Vp8,
  packets: readonly (Uint8Array | undefined)[],
  period: readonly I420Frame[],
  frames: number,
): Quality {
  const decoder = vp8.createDecoder();
  const psnr: number[] = [];
  packets.slice(0, period.length).forEach((packet, index) => {
    const source = frameAt(period, index);
    if (packet === undefined) return;
    const decoded = i420Frame(source.width, source.height);
    decoder.decode(packet)?.copyTo(decoded.data);
    psnr.push(lumaPsnr(decoded, source));
  });
  decoder.dispose();
  return { kilobits: kilobitsOf(packets, frames), psnr: mean(psnr) };
}

function kilobitsOf(packets: readonly (Uint8Array | undefined)[], frames: number): number {
  const bytes = packets.reduce((sum, packet) => sum + (packet?.byteLength ?? 0), 0);
  return (bytes * 8 * FRAMES_PER_SECOND) / frames / 1000;
}
