import { type NetworkReading, type NetworkStat, readNetwork } from './network-report.js';

/** Every so many readings all is read; those between are of the video that is sent, for its bitrate. */
const WHOLE_EVERY = 10;

/** Reads getStats, one time after the other. */
export class NetworkMonitor {
  readonly #connection: RTCPeerConnection;
  #isReading = false;
  #readings = 0;
  #route: string | undefined;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** To be called each 100 ms. Undefined where there is nothing to be told, and once the connection is closed. */
  async read(): Promise<(NetworkReading & { readonly isOtherRoute: boolean }) | undefined> {
    if (this.#isReading || this.#isClosed()) return undefined;
    const isWhole = this.#readings++ % WHOLE_EVERY === 0;
    // Turning a whole report into objects takes the main thread a large part of a millisecond.
    const source = isWhole ? this.#connection : this.#videoSender();
    if (!source) return undefined;
    this.#isReading = true;
    try {
      const stats: NetworkStat[] = [];
      (await source.getStats()).forEach((stat: NetworkStat) => stats.push(stat));
      const reading = readNetwork(stats, isWhole);
      const isOtherRoute = reading.route !== undefined && this.#route !== undefined && reading.route !== this.#route;
      this.#route = reading.route ?? this.#route;
      return { ...reading, isOtherRoute };
    } catch (cause) {
      if (!this.#isClosed()) throw cause;
      return undefined;
    } finally {
      this.#isReading = false;
    }
  }

  #videoSender(): RTCRtpSender | undefined {
    return this.#connection.getSenders().find(({ track }) => track?.kind === 'video');
  }

  #isClosed(): boolean {
    return this.#connection.signalingState === 'closed';
  }
}
