import { type NetworkReading, type NetworkStat, readNetwork } from './network-report.js';

/** One of this many readings has all statistics; the others have those of sent video, for its rate control. */
const FULL_EVERY = 10;

/** Reads getStats, one reading at a time. */
export class NetworkMonitor {
  readonly #connection: RTCPeerConnection;
  #isReading = false;
  #readings = 0;
  #route: string | undefined;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** Call it every 100 ms. @returns undefined without new statistics, and after the connection was closed */
  async read(): Promise<(NetworkReading & { readonly routeChanged: boolean }) | undefined> {
    if (this.#isReading || this.#isClosed()) return undefined;
    const isFull = this.#readings++ % FULL_EVERY === 0;
    // The conversion of a full report takes a large part of a millisecond in the main thread.
    const source = isFull ? this.#connection : this.#videoSender();
    if (!source) return undefined;
    this.#isReading = true;
    try {
      const stats: NetworkStat[] = [];
      (await source.getStats()).forEach((stat: NetworkStat) => stats.push(stat));
      const reading = readNetwork(stats, isFull);
      const routeChanged = reading.route !== undefined && this.#route !== undefined && reading.route !== this.#route;
      this.#route = reading.route ?? this.#route;
      return { ...reading, routeChanged };
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
