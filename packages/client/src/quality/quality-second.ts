import type { MediaStatistics, SessionStatistics, StreamStatistics } from '@xmpp-call/media';
import type { CallStatistics } from '../api.js';

/** What one second of a call was like. Undefined is what the browser does not tell, or what was not measured yet. */
export interface QualitySecond {
  readonly roundTripMs: number | undefined;
  /** The same as the peer's RTCP reports have it: through its whole media stack. */
  readonly reportedRoundTripMs: number | undefined;
  readonly availableBitrate: number | undefined;
  /** Of the worst stream of each direction, 0 to 1. */
  readonly sentLoss: number | undefined;
  readonly receivedLoss: number | undefined;
  /** Delay [ms] that the receiver of our audio, and we for the peer's, spend on evening out the arrival. */
  readonly sentJitterMs: number | undefined;
  readonly bufferMs: number | undefined;
  readonly sendsVideo: boolean;
  /** ms of this second in which the peer's picture stood still. */
  readonly frozenMs: number | undefined;
  /** Of the frames of the peer that arrived, those that were not shown in time, 0 to 1. */
  readonly droppedFraction: number | undefined;
  /** The browser holds the camera's picture down for lack of computing time. */
  readonly cpuLimited: boolean;
  /** The same for lack of bitrate. */
  readonly bandwidthLimited: boolean;
  /** The busiest codec: time in it by time passed, 1 is all of one core. */
  readonly codecLoad: number | undefined;
}

/** s over which losses are summed: a receiver's report on audio comes about every 5 s (RFC 3550 §6.2). */
const LOSS_WINDOW = 5;

/** What passes from counters since the start of the call to what one second was like, independent of who else samples. */
export class QualitySeconds {
  #past: SessionStatistics[] = [];

  /** @returns undefined for the first sample, and for one that is no later than the last. */
  take(sample: CallStatistics): QualitySecond | undefined {
    // The clock of the system was set back: nothing can be told from what came before.
    if (this.#past.some(({ timestamp }) => timestamp > sample.timestamp)) this.clear();
    const before = this.#past.at(-1);
    if (before?.timestamp === sample.timestamp) return undefined;
    const oldest = this.#past[0];
    this.#past = [...this.#past, sample].slice(-LOSS_WINDOW);
    if (!before || !oldest) return undefined;
    const elapsedMs = sample.timestamp - before.timestamp;
    // What the peer reported on a stream that pauses stays as it was.
    const sent = sample.streams.filter((stream) => stream.direction === 'send' && flows(before, stream));
    const received = sample.streams.filter(({ direction }) => direction === 'receive');
    const video = received.filter(({ kind }) => kind === 'video');
    const loads = sample.streams.map((stream) => loadOf(stream, matching(before, stream), elapsedMs));
    return {
      roundTripMs: figureOf(sample.roundTripTimeMs),
      reportedRoundTripMs: figureOf(sample.reportedRoundTripMs),
      availableBitrate: figureOf(sample.availableBitrate),
      sentLoss: largest(
        sent.map((stream) => stream.lossFraction ?? lossBetween(matching(oldest, stream), stream, true)),
      ),
      receivedLoss: largest(received.map((stream) => lossBetween(matching(oldest, stream), stream, false))),
      sentJitterMs: largest(sent.filter(({ kind }) => kind === 'audio').map(({ jitterMs }) => jitterMs)),
      bufferMs: bufferOf(received),
      sendsVideo: sent.some(({ kind }) => kind === 'video'),
      frozenMs: largest(video.map((stream) => frozenBetween(matching(before, stream), stream, elapsedMs))),
      droppedFraction: largest(video.map((stream) => droppedBetween(matching(before, stream), stream))),
      // The browser's encoder says nothing of ours.
      cpuLimited: sample.core?.sample?.video.send.path !== 'wasm' && sent.some(({ limitedBy }) => limitedBy === 'cpu'),
      bandwidthLimited: sent.some(({ limitedBy }) => limitedBy === 'bandwidth'),
      codecLoad: largest([...loads, ...coreLoads(sample)]),
    };
  }

  /** Forgets what came before, as after a pause. */
  clear(): void {
    this.#past = [];
  }
}

/** What cannot be measured is not known. */
function figureOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function matching({ streams }: SessionStatistics, stream: StreamStatistics): StreamStatistics | undefined {
  return streams.find(
    ({ mid, kind, direction }) => mid === stream.mid && kind === stream.kind && direction === stream.direction,
  );
}

function flows(before: SessionStatistics, stream: StreamStatistics): boolean {
  return stream.packets > (matching(before, stream)?.packets ?? 0);
}

/** A freeze is counted only once it is over; until then packets come and no frame does. */
function frozenBetween(
  before: MediaStatistics | undefined,
  after: MediaStatistics,
  elapsedMs: number,
): number | undefined {
  const isStalled = rise(before?.frames, after.frames) === 0 && (rise(before?.packets, after.packets) ?? 0) > 0;
  return isStalled ? elapsedMs : rise(before?.frozenMs, after.frozenMs);
}

function largest(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure): figure is number => Number.isFinite(figure));
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** Undefined where the counter is unknown or started over. */
function rise(before: number | undefined, after: number | undefined): number | undefined {
  if (before === undefined || after === undefined || after < before) return undefined;
  return after - before;
}

/** `packets` of a sender include those that were lost; a receiver counts only what came. */
function lossBetween(
  before: MediaStatistics | undefined,
  after: MediaStatistics,
  isSender: boolean,
): number | undefined {
  const packets = rise(before?.packets, after.packets);
  if (!before || packets === undefined || packets === 0) return undefined;
  // Late packets and duplicates make the count of lost ones fall (RFC 3550 §6.4.1).
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  return Math.min(1, lost / (isSender ? packets : packets + lost));
}

function bufferOf(received: readonly StreamStatistics[]): number | undefined {
  const audio = received.filter(({ kind }) => kind === 'audio');
  // Twice the mean deviation, where the browser does not tell how long its buffer is.
  return largest(
    audio.map(({ jitterBufferMs, jitterMs }) => jitterBufferMs ?? (jitterMs === undefined ? undefined : 2 * jitterMs)),
  );
}

function droppedBetween(before: MediaStatistics | undefined, after: MediaStatistics): number | undefined {
  const dropped = rise(before?.framesDropped, after.framesDropped);
  const decoded = rise(before?.frames, after.frames);
  if (dropped === undefined || decoded === undefined || dropped + decoded === 0) return undefined;
  return dropped / (dropped + decoded);
}

function loadOf(after: MediaStatistics, before: MediaStatistics | undefined, elapsedMs: number): number | undefined {
  const ms = rise(before?.codecTimeMs, after.codecTimeMs);
  return ms === undefined ? undefined : ms / elapsedMs;
}

/** The media core's codecs, which the browser's figures know nothing of. */
function coreLoads({ core }: CallStatistics): (number | undefined)[] {
  const sample = core?.sample;
  if (!sample) return [];
  return [sample.audio.send, sample.video.send, sample.video.receive]
    .filter(({ path }) => path === 'wasm')
    .map(({ codecMs, frameRate }) => codecMs && (codecMs.mean * frameRate) / 1000);
}
