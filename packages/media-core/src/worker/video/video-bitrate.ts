import type { Clock } from '../../core/clock.js';
import { RateController, type RateDecision, type ReceiverReport } from '../../core/rate/rate-controller.js';
import { UncongestedPath } from '../../core/rate/uncongested-path.js';
import type { NetworkReport } from '../../messages/media-worker-messages.js';
import type { PeerFeedback } from '../peer-feedback.js';

export interface VideoBitrateOptions {
  readonly clock: Clock;
  readonly feedback: PeerFeedback;
  /** Whether the browser's frames have full size, so that their bitrate measures the network path. */
  readonly carrierIsFull: boolean;
  /** `uncongestedSince` has changed. */
  readonly onCongestionChange: () => void;
  /** bits/s. */
  readonly maxBitrate?: number | undefined;
}

/** After this time without statistics of the network [ms] frames are no longer skipped because of them. */
const STALE_NETWORK_MS = 1000;

/** Follows the statistics of the network and the peer's reports with the bitrate of the sent video. */
export class VideoBitrate {
  /** Bytes of the browser's frames and of ours since the start. */
  carrierBytes = 0;
  wasmBytes = 0;

  readonly #options: VideoBitrateOptions;
  readonly #controller: RateController;
  readonly #path = new UncongestedPath();
  #decision: RateDecision;
  #decidedAt = -Infinity;
  /** The peer's last report that is not yet part of a sample. */
  #lastReport: ReceiverReport | undefined;

  constructor(options: VideoBitrateOptions) {
    this.#options = options;
    this.#controller = new RateController(options.maxBitrate === undefined ? {} : { max: options.maxBitrate });
    this.#decision = this.#controller.decide({}, options.clock.now());
  }

  /** bits/s. */
  get bitrate(): number {
    return this.#decision.bitrate;
  }

  /** Since when the browser's frames are as good as ours and arrive earlier [ms]; undefined while ours are better. */
  get uncongestedSince(): number | undefined {
    return this.#options.carrierIsFull ? this.#path.uncongestedSince : undefined;
  }

  /** Whether to skip a frame because earlier packets wait in the pacer. */
  skipsFrame(now: number): boolean {
    return this.#decision.skipFrame && now - this.#decidedAt <= STALE_NETWORK_MS;
  }

  /**
   * Call it every 100 ms.
   * @param path whose frames are sent
   * @param maxUsefulBitrate bitrate above which our frames have no visible gain [bits/s]
   */
  network({ video }: NetworkReport, path: 'native' | 'wasm', maxUsefulBitrate: number): void {
    const now = this.#options.clock.now();
    const carrierBytes = this.#options.carrierIsFull ? this.carrierBytes : undefined;
    const wasmBytes = path === 'wasm' ? this.wasmBytes : undefined;
    const sample = { ...video, report: this.#lastReport, carrierBytes, wasmBytes };
    this.#lastReport = undefined;
    this.#decision = this.#controller.decide(sample, now);
    this.#decidedAt = now;
    if (path === 'native') return;
    const max = Math.min(maxUsefulBitrate, this.#controller.max);
    this.#notifyChange(() => this.#path.update({ bitrate: this.#decision.bitrate, max }, now));
  }

  /**
   * Takes the peer's latest report.
   * @param isActive whether our frames are sent, or would be on a congested path: the bitrate falls at once then
   */
  takeReport(isActive: boolean, now: number): void {
    const report = this.#options.feedback.takeRateReport();
    if (!report) return;
    this.#lastReport = report;
    if (!isActive) return;
    const { skipFrame } = this.#decision;
    const decision = this.#controller.react(report, now);
    if (!decision) return;
    this.#decision = { ...decision, skipFrame };
    this.#notifyChange(() => this.#path.queueGrew(this.#controller.carrierBitrate, now));
  }

  routeChanged(): void {
    this.#controller.routeChanged();
    this.#notifyChange(() => this.#path.reset());
  }

  #notifyChange(change: () => void): void {
    const before = this.uncongestedSince;
    change();
    if (this.uncongestedSince !== before) this.#options.onCongestionChange();
  }
}
