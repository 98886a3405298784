import type { CodecPath, CoreReason, MediaFlow, MediaKind } from './choice/core-choice.js';
import { FreezeDetector } from './video/freeze-detector.js';
import { LatencyEstimate } from './timing/latency-estimate.js';
import { SampleWindow } from './sample-window.js';

/** What went on since the sample before. */
export interface CoreStatistics {
  /** ms, monotonic. */
  readonly timestamp: number;
  readonly intervalMs: number;
  readonly roundTripMs: number | undefined;
  /** ms, estimated; of audio from mouth to ear, of video from glass to glass. */
  readonly latencyMs: Readonly<Record<MediaKind, number | undefined>>;
  readonly audio: Readonly<Record<MediaFlow, StreamSample>>;
  readonly video: Readonly<Record<MediaFlow, StreamSample>>;
}

/** One direction of one medium. */
export interface StreamSample {
  readonly path: CodecPath;
  readonly reason: CoreReason;
  /** bits/s of payload, without trailers and headers. */
  readonly bitrate: number;
  /** Encoded frames per second that were sent, or came. */
  readonly frameRate: number;
  /** 0 to 1; undefined while nothing is known. */
  readonly lossFraction: number | undefined;
  readonly jitterMs: number | undefined;
  readonly codecMs: CodecTime | undefined;
  /** Longest queue before the codec or the playout: frames of video, ms of audio. */
  readonly longestQueue: number;
  /** Frames or packets that were dropped, on purpose or in need. */
  readonly dropped: number;
  /** Video received; a gap counts whole in the interval in which it becomes a freeze, then as it goes on. */
  readonly freezes: number;
  readonly frozenMs: number;
  /** Audio received: samples played that were made up, and all samples played. */
  readonly concealedSamples: number;
  readonly playedSamples: number;
}

/** What encoding or decoding one frame took, ms. */
export interface CodecTime {
  readonly mean: number;
  /** Undefined for received audio: the clock of a worklet ticks in ms, by which only a mean is known. */
  readonly median: number | undefined;
  readonly p95: number | undefined;
}

/** Counters since the start, as webrtc-stats has them; any may be missing. */
export interface NetworkCounters {
  readonly packets?: number | undefined;
  readonly packetsLost?: number | undefined;
  readonly jitterMs?: number | undefined;
}

const CODEC_SAMPLES = 128;

/** Collects one direction of one medium. */
export class StreamStatistics {
  #path: { readonly path: CodecPath; readonly reason: CoreReason } = { path: 'native', reason: 'not-measured' };
  readonly #codecMs = new SampleWindow(CODEC_SAMPLES);
  #codecTotal = { ms: 0, frames: 0 };
  readonly #freezing = new FreezeDetector();
  #frozen = { freezes: 0, frozenMs: 0 };
  #network: NetworkCounters = {};
  #networkBefore: NetworkCounters = {};
  #sums = noSums();

  setPath(path: CodecPath, reason: CoreReason): void {
    this.#path = { path, reason };
  }

  /** An encoded frame of that many bytes went out, or came. */
  frame(bytes: number): void {
    this.#sums.frames++;
    this.#sums.bytes += bytes;
  }

  /** Encoding or decoding a frame took that long. */
  codec(ms: number): void {
    this.#codecMs.add(ms);
  }

  /** The same for several frames, none of which was measured well. */
  codecTotal(ms: number, frames: number): void {
    this.#codecTotal.ms += ms;
    this.#codecTotal.frames += frames;
  }

  /** Frames of video, ms of audio, that wait at this moment. */
  queue(length: number): void {
    this.#sums.longestQueue = Math.max(this.#sums.longestQueue, length);
  }

  dropped(frames = 1): void {
    this.#sums.dropped += frames;
  }

  /** A picture was shown. */
  rendered(now: number): void {
    this.#freezing.rendered(now);
  }

  /** No pictures are expected until the next one is shown. */
  paused(now: number): void {
    this.#freezing.pause(now);
  }

  /** Samples went to the loudspeaker, so many of them made up. */
  played(samples: number, concealed: number): void {
    this.#sums.playedSamples += samples;
    this.#sums.concealedSamples += concealed;
  }

  /** For what is sent, as the receiver reports. */
  network(counters: NetworkCounters): void {
    this.#network = counters;
  }

  /** What happened since the sample before, and begins another. */
  sample(now: number, intervalMs: number): StreamSample {
    const { frames, bytes, ...sums } = this.#sums;
    const frozen = { freezes: this.#freezing.freezes(now), frozenMs: this.#freezing.frozenMs(now) };
    const sample: StreamSample = {
      ...this.#path,
      bitrate: intervalMs > 0 ? (bytes * 8000) / intervalMs : 0,
      frameRate: intervalMs > 0 ? (frames * 1000) / intervalMs : 0,
      lossFraction: lossBetween(this.#networkBefore, this.#network),
      jitterMs: this.#network.jitterMs,
      codecMs: this.#codecTime,
      ...sums,
      freezes: frozen.freezes - this.#frozen.freezes,
      frozenMs: frozen.frozenMs - this.#frozen.frozenMs,
    };
    this.#sums = noSums();
    this.#frozen = frozen;
    this.#networkBefore = this.#network;
    this.#codecMs.clear();
    this.#codecTotal = { ms: 0, frames: 0 };
    return sample;
  }

  get #codecTime(): CodecTime | undefined {
    const { ms, frames } = this.#codecTotal;
    const mean = frames > 0 ? ms / frames : this.#codecMs.mean;
    return mean === undefined ? undefined : { mean, median: this.#codecMs.median, p95: this.#codecMs.quantile(0.95) };
  }
}

/** Collects all four directions, the latencies and the round trip. */
export class CoreStatisticsCollector {
  readonly audio = { send: new StreamStatistics(), receive: new StreamStatistics() };
  readonly video = { send: new StreamStatistics(), receive: new StreamStatistics() };
  readonly latency = { audio: new LatencyEstimate(), video: new LatencyEstimate() };
  #roundTripMs: number | undefined;
  #offsetMs: number | undefined;
  #deviceMs: Readonly<Record<MediaKind, number>> = { audio: 0, video: 0 };
  #last: number;

  /** @param now ms, monotonic: the first interval begins */
  constructor(now: number) {
    this.#last = now;
  }

  setRoundTrip(ms: number | undefined): void {
    this.#roundTripMs = ms;
  }

  /** ms that the peer's clock is ahead of ours; undefined while unknown. */
  setClockOffset(ms: number | undefined): void {
    this.#offsetMs = ms;
  }

  /** ms that devices take on both sides outside of what is measured, such as AudioContext's `outputLatency`. */
  setDeviceLatency(kind: MediaKind, ms: number): void {
    this.#deviceMs = { ...this.#deviceMs, [kind]: ms };
  }

  /** Call it each second. */
  sample(now: number): CoreStatistics {
    const intervalMs = now - this.#last;
    this.#last = now;
    return {
      timestamp: now,
      intervalMs,
      roundTripMs: this.#roundTripMs,
      latencyMs: { audio: this.#latency('audio'), video: this.#latency('video') },
      audio: { send: this.audio.send.sample(now, intervalMs), receive: this.audio.receive.sample(now, intervalMs) },
      video: { send: this.video.send.sample(now, intervalMs), receive: this.video.receive.sample(now, intervalMs) },
    };
  }

  #latency(kind: MediaKind): number | undefined {
    const estimate = this.latency[kind];
    const basis = { offsetMs: this.#offsetMs, roundTripMs: this.#roundTripMs, deviceMs: this.#deviceMs[kind] };
    const ms = estimate.medianMs(basis);
    estimate.restart();
    return ms;
  }
}

function noSums() {
  return { frames: 0, bytes: 0, longestQueue: 0, dropped: 0, concealedSamples: 0, playedSamples: 0 };
}

/** Counters that start anew, or say nothing new, tell nothing. */
function lossBetween(before: NetworkCounters, after: NetworkCounters): number | undefined {
  if (after.packets === undefined || after.packetsLost === undefined) return undefined;
  const received = after.packets - (before.packets ?? 0);
  const lost = after.packetsLost - (before.packetsLost ?? 0);
  if (received < 0 || received + lost <= 0) return undefined;
  // Duplicates and late packets can make the count of losses fall (RFC 3550 §6.4.1).
  return Math.max(lost, 0) / (received + Math.max(lost, 0));
}
