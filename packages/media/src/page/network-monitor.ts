import { type NetworkReading, type NetworkStat, readNetwork } from './network-report.js';

/** Reads getStats, one time after the other. */
export class NetworkMonitor {
  readonly #connection: RTCPeerConnection;
  #isReading = false;
  #route: string | undefined;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** Undefined while an earlier reading goes on, and once the connection is closed. */
  async read(): Promise<(NetworkReading & { readonly isOtherRoute: boolean }) | undefined> {
    if (this.#isReading || this.#isClosed()) return undefined;
    this.#isReading = true;
    try {
      const stats: NetworkStat[] = [];
      (await this.#connection.getStats()).forEach((stat: NetworkStat) => stats.push(stat));
      const reading = readNetwork(stats);
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

  #isClosed(): boolean {
    return this.#connection.signalingState === 'closed';
  }
}
