import type { PeerConnectivity, PeerSession, ReceivedContent } from '@xmpp-call/media';
import type { RemoteStatus } from './api.js';
import type { Clock } from './clock.js';
import { Receiving, SAMPLE_MS } from './receiving.js';

/** What the watch over received media needs of the call. */
export interface RemoteWatchOwner {
  readonly clock: Clock;
  readonly remote: RemoteStatus;
  /** This side holds the call: peers that know of it send nothing. */
  readonly onHold: boolean;
  onReceiving(): void;
  /** The first packet of a content has arrived. */
  onSeen(mid: string): void;
  /** ICE says connected, and no packet arrives. */
  onSilence(): void;
}

/** Looks once a second, by content, what arrives of the peer. */
export class RemoteWatch {
  readonly #owner: RemoteWatchOwner;
  readonly #receiving = new Receiving();
  readonly #seen = new Set<string>();
  #connectivity: PeerConnectivity | undefined;
  #stop: (() => void) | undefined;
  #closed = false;

  constructor(owner: RemoteWatchOwner) {
    this.#owner = owner;
  }

  /** Packets arrive, or none are expected. */
  get receiving(): boolean {
    return this.#receiving.holds;
  }

  /** Begins with the first connection. */
  connectivity(state: PeerConnectivity, session: PeerSession): void {
    this.#connectivity = state;
    if (state !== 'connected' || this.#stop || this.#closed) return;
    this.#stop = () => undefined;
    void this.#sample(session);
  }

  close(): void {
    this.#closed = true;
    this.#stop?.();
  }

  async #sample(session: PeerSession): Promise<void> {
    // A look that fails says nothing; the next one may.
    const contents = await session.receivedContents().catch(() => undefined);
    if (this.#closed) return;
    if (contents) this.#judge(contents);
    this.#stop = this.#owner.clock.after(SAMPLE_MS, () => {
      void this.#sample(session);
    });
  }

  #judge(contents: readonly ReceivedContent[]): void {
    for (const { mid, packets } of contents) {
      if (packets === 0 || this.#seen.has(mid)) continue;
      this.#seen.add(mid);
      this.#owner.onSeen(mid);
    }
    const { clock, remote, onHold } = this.#owner;
    const before = this.#receiving.holds;
    const probe = this.#receiving.take({
      now: clock.now(),
      packets: contents.reduce((sum, { packets }) => sum + packets, 0),
      expected: !remote.held && !onHold && contents.some((content) => this.#isExpected(content)),
      connected: this.#connectivity === 'connected',
    });
    if (before !== this.#receiving.holds) this.#owner.onReceiving();
    if (probe) this.#owner.onSilence();
  }

  /** Of a camera that was never on nothing comes. */
  #isExpected({ mid, kind, agreed }: ReceivedContent): boolean {
    const isMuted = this.#owner.remote.contents.some((content) => content.mid === mid && content.muted);
    return agreed && !isMuted && (kind === 'audio' || this.#seen.has(mid));
  }
}
