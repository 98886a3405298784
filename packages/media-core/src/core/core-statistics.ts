import type { CodecPath, CoreReason, MediaFlow, MediaKind } from './choice/core-choice.js';
import { FreezeDetector } from './video/freeze-detector.js';
import { LatencyEstimate } from './timing/latency-estimate.js';
import { SampleWindow } from './sample-window.js';

/** Statistics of the interval since the last sample. */
export interface CoreStatistics {
  /** ms, monotonic. */
  readonly timestamp: number;
  readonly intervalMs: number;
  readonly roundTripMs: number | undefined;
  /** Estimated latency [ms]: mouth to ear for audio, glass to glass for video. */
  readonly latencyMs: Readonly<Record<MediaKind, number | undefined>>;
  readonly audio: Readonly<Record<MediaFlow, StreamSample>>;
  readonly video: Readonly<Record<MediaFlow, StreamSample>>;
}

/** Statistics of one direction of one medium. */
export interface StreamSample {
  readonly path: CodecPath;
  readonly reason: CoreReason;
  /** Bitrate of the payload [bits/s], without trailers and headers. */
  readonly bitrate: number;
  /** Encoded frames sent or received per second. */
  readonly frameRate: number;
  /** 0 to 1; undefined while unknown. */
  readonly lossFraction: number | undefined;
  readonly jitterMs: number | undefined;
  readonly codecMs: CodecTime | undefined;
  /** Maximum queue before the codec or the playout: video in frames, audio in ms. */
  readonly longestQueue: number;
  /** Frames or packets dropped, for any reason. */
  readonly dropped: number;
  /**
   * Received video only. A freeze counts with its full length in the interval in which it is detected, then as it
   * continues.
   */
  readonly freezes: number;
  readonly frozenMs: number;
  /** Received audio only: concealed samples, and all samples played. */
  readonly concealedSamples: number;
  readonly playedSamples: number;
}

/** Time to encode or decode one frame [ms]. */
export interface CodecTime {
  readonly mean: number;
  /** Undefined for received audio: a worklet's clock has a resolution of 1 ms, which is enough for a mean only. */
  readonly median: number | undefined;
  readonly p95: number | undefined;
}

/** Counters since the start, as in webrtc-stats; any may be missing. */
export interface NetworkCounters {
  readonly packets?: number | undefined;
  readonly packetsLost?: number | undefined;
  readonly jitterMs?: number | undefined;
}

const CODEC_SAMPLES = 128;

/** Collects the statistics of one direction of one medium. */
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

  /** An encoded frame of this size was sent or received. */
  frame(bytes: number): void {
    this.#sums.frames++;
    this.#sums.bytes += bytes;
  }

  /** Records the time to encode or decode a frame [ms]. */
  codec(ms: number): void {
    this.#codecMs.add(ms);
  }

  /** Records the total time of several frames that could not be measured one by one [ms]. */
  codecTotal(ms: number, frames: number): void {
    this.#codecTotal.ms += ms;
    this.#codecTotal.frames += frames;
  }

  /** Records the current queue: video in frames, audio in ms. */
  queue(length: number): void {
    this.#sums.longestQueue = Math.max(this.#sums.longestQueue, length);
  }

  dropped(frames = 1): void {
    this.#sums.dropped += frames;
  }

  /** A video frame was rendered. */
  rendered(now: number): void {
    this.#freezing.rendered(now);
  }

  /** No video frame is expected for now. */
  paused(now: number): void {
    this.#freezing.pause(now);
  }

  /** Samples were played, of which `concealed` were concealed. */
  played(samples: number, concealed: number): void {
    this.#sums.playedSamples += samples;
    this.#sums.concealedSamples += concealed;
  }

  /** Sets the network counters; for sent media those of the receiver's reports. */
  network(counters: NetworkCounters): void {
    this.#network = counters;
  }

  /** Returns the statistics since the last sample and starts a new interval. */
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

/** Collects the statistics of all directions, the latencies and the round trip. */
export class CoreStatisticsCollector {
  readonly audio = { send: new StreamStatistics(), receive: new StreamStatistics() };
  readonly video = { send: new StreamStatistics(), receive: new StreamStatistics() };
  readonly latency = { audio: new LatencyEstimate(), video: new LatencyEstimate() };
  #roundTripMs: number | undefined;
  #offsetMs: number | undefined;
  #deviceMs: Readonly<Record<MediaKind, number>> = { audio: 0, video: 0 };
  #last: number;

  /** @param now start of the first interval; ms, monotonic */
  constructor(now: number) {
    this.#last = now;
  }

  setRoundTrip(ms: number | undefined): void {
    this.#roundTripMs = ms;
  }

  /** Sets how far the peer's clock is ahead of ours [ms]; undefined while unknown. */
  setClockOffset(ms: number | undefined): void {
    this.#offsetMs = ms;
  }

  /**
   * Sets the latency of both sides' devices outside the measurement [ms], such as `outputLatency` of the AudioContext.
   */
  setDeviceLatency(kind: MediaKind, ms: number): void {
    this.#deviceMs = { ...this.#deviceMs, [kind]: ms };
  }

  /** Returns the statistics since the last sample; call it every second. */
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

/** Undefined if the counters restarted or did not change. */
function lossBetween(before: NetworkCounters, after: NetworkCounters): number | undefined {
  if (after.packets === undefined || after.packetsLost === undefined) return undefined;
  const received = after.packets - (before.packets ?? 0);
  const lost = after.packetsLost - (before.packetsLost ?? 0);
  if (received < 0 || received + lost <= 0) return undefined;
  // Duplicates and late packets can make `packetsLost` fall (RFC 3550 §6.4.1).
  return Math.max(lost, 0) / (received + Math.max(lost, 0));
}
