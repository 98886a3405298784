/** The codecs beside the same libraries compiled natively: CPU time of both, in turns. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { lumaPsnr } from '@xmpp-call/wasm-testing';
import {
  NativeOpus,
  type NativeOpusOptions,
  type NativeTimings,
  NativeVp8,
  type NativeVp8Options,
  writeFrames,
} from '@xmpp-call/wasm-testing/native';
import { WORK_DIRECTORY, nodeHost } from './engines.js';
import { type ClipRequest, FRAMES_PER_SECOND, SAMPLE_RATE, clipPeriod, frameAt, sound } from './material.js';
import { MAX_PACKET_BYTES, OPUS_FORMATS, OpusBench, type OpusRequest } from './opus.js';
import { type FrameTimes, type Run, mean, median, quantile } from './timing.js';
import { Vp8Bench, type Vp8Request } from './vp8.js';

/** CPU milliseconds per frame, each the median of the rounds. */
export interface Comparison {
  readonly ms: number;
  readonly nativeMs: number;
  /** Of each round. */
  readonly ratios: readonly number[];
}

export interface NativeTimes {
  readonly meanMs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** CPU time in ms after which the engine has compiled its code. */
const WARM_UP_MS = 400;

const nativeVp8 = new NativeVp8();
const nativeOpus = new NativeOpus();
const vp8 = new Vp8Bench(nodeHost);
const opus = new OpusBench(nodeHost);

export function nativeVersions(): { readonly vp8: string; readonly opus: string } {
  return { vp8: nativeVp8.version(), opus: nativeOpus.version() };
}

export function compareVp8Encoding(request: Vp8Request, rounds: number): Promise<Comparison> {
  return compare(
    rounds,
    async () => (await vp8.encodePackets(request)).times,
    () => nativeVp8Encoding(request),
  );
}

export async function compareVp8Decoding(request: Vp8Request, rounds: number): Promise<Comparison> {
  const { packets } = await vp8.encodePackets(request);
  const instance = await vp8.vp8();
  return compare(
    rounds,
    () => Promise.resolve(vp8.decodePackets(instance, request, packets)),
    () => timesOf(nativeVp8.benchDecode(packets), request),
  );
}

export function compareOpusEncoding(request: OpusRequest, rounds: number): Promise<Comparison> {
  return compare(
    rounds,
    () => opus.encode(request),
    () => timesOf(nativeOpus.benchEncode(sound(request), nativeOpusOptions(request)), request),
  );
}

export async function compareOpusDecoding(request: OpusRequest, rounds: number): Promise<Comparison> {
  const packets = await opus.packets(request);
  const steps = packets.map((data) => ({ kind: 'packet', data }) as const);
  const format = { sampleRate: SAMPLE_RATE, channels: OPUS_FORMATS[request.kind].channels };
  return compare(
    rounds,
    () => opus.decodePackets(request, packets),
    () => timesOf(nativeOpus.benchDecode(steps, format), request),
  );
}

export function nativeVp8Encoding(request: Vp8Request): NativeTimes & { readonly kilobits: number } {
  const periods = Math.ceil(request.frames / clipPeriod(request).length);
  const timings = nativeVp8.benchEncode(clipFile(request), nativeVp8Options(request), periods);
  const kilobits = (timings.packetBytes * 8 * FRAMES_PER_SECOND) / timings.frameMs.length / 1000;
  return { ...timesOf(timings, request), kilobits };
}

/** PSNR of the native encoder's luma, decoded by the native decoder: mean over one period of the clip, dB. */
export function nativeVp8Psnr(request: Vp8Request): number {
  const period = clipPeriod(request);
  const packets = nativeVp8.encode(period, nativeVp8Options(request)).map(({ data }) => data);
  const pictures = nativeVp8.decode(packets, { pictures: true });
  return mean(
    pictures.map(({ frame }, index) => {
      if (frame === undefined) throw new Error(`native libvpx gave no picture for packet ${index}`);
      return lumaPsnr(frame, frameAt(period, index));
    }),
  );
}

let written: { readonly key: string; readonly file: string } | undefined;

/** A file with one period of the clip. Only the latest one is kept: it is large. */
function clipFile({ clip, width, height, pictures }: ClipRequest): string {
  const key = `${clip}-${width}x${height}-${pictures}`;
  if (written?.key === key) return written.file;
  removeClipFile();
  written = { key, file: join(WORK_DIRECTORY, `${key}.i420`) };
  writeFrames(written.file, clipPeriod({ clip, width, height, pictures }));
  return written.file;
}

export function removeClipFile(): void {
  if (written !== undefined) rmSync(written.file, { force: true });
  written = undefined;
}

/** Warms our codec up, then measures both in turns; which one begins alternates. */
async function compare(
  rounds: number,
  ours: () => Promise<FrameTimes>,
  native: () => NativeTimes,
): Promise<Comparison> {
  for (let spent = 0; spent < WARM_UP_MS;) {
    const times = await ours();
    spent += cpuOf(times) * times.frames;
  }
  const times: number[] = [];
  const nativeTimes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 1) nativeTimes.push(native().meanMs);
    times.push(cpuOf(await ours()));
    if (round % 2 === 0) nativeTimes.push(native().meanMs);
  }
  const ratios = times.map((time, round) => time / (nativeTimes[round] ?? NaN));
  return { ms: median(times), nativeMs: median(nativeTimes), ratios };
}

function cpuOf({ cpuMs }: FrameTimes): number {
  if (cpuMs === undefined) throw new Error('Node tells no CPU time');
  return cpuMs;
}

function timesOf({ frameMs }: NativeTimings, { frames, skip }: Run): NativeTimes {
  const counted = frameMs.slice(skip, frames);
  return { meanMs: mean(counted), medianMs: median(counted), p99Ms: quantile(counted, 0.99) };
}

function nativeVp8Options({ width, height, bitrate, speed }: Vp8Request): NativeVp8Options {
  return { width, height, kilobits: bitrate / 1000, fps: FRAMES_PER_SECOND, speed: -speed };
}

function nativeOpusOptions({ kind, bitrate, complexity }: OpusRequest): NativeOpusOptions {
  return { sampleRate: SAMPLE_RATE, ...OPUS_FORMATS[kind], bitrate, complexity, maxBytes: MAX_PACKET_BYTES };
}
