import type { Event as WireEvent, PeerFeatures, RemoteInfo } from '@xmpp-call/wire';
import type { RemoteStatus } from './api.js';
import { NOTHING_KNOWN, statusOf } from './remote-status.js';

export interface RemotePeerOwner {
  /** `status` changed. @param isHoldNew the peer began or ended to hold the call */
  onStatus(isHoldNew: boolean): void;
  /** `features` may be others. */
  onFeatures(): void;
}

/** What is known of the peer of a call: its device, what that can do, and what it says of its media. */
export class RemotePeer {
  status: RemoteStatus = NOTHING_KNOWN;
  readonly #owner: RemotePeerOwner;
  /** Full JID; undefined until it is known. */
  #device: string | undefined;
  readonly #features = new Map<string, PeerFeatures>();
  /** What the worker has told last of the contents, and which of them have arrived. */
  #told: Pick<RemoteInfo, 'held' | 'contents'> = { held: false, contents: [] };
  readonly #seen = new Set<string>();

  constructor(device: string | undefined, owner: RemotePeerOwner) {
    this.#device = device;
    this.#owner = owner;
  }

  /** What the device of the call can do beside calls; undefined until it has said so. */
  get features(): PeerFeatures | undefined {
    return this.#features.get(this.#device ?? '');
  }

  answered(device: string): void {
    this.#device = device;
  }

  /** Events of the worker. @returns whether it was one about the peer */
  handle(body: WireEvent['body']): boolean {
    if (body.case === 'remoteInfo') {
      this.#told = body.value;
      this.#change();
    } else if (body.case === 'peerFeatures') {
      this.#features.set(body.value.device, body.value);
      this.#owner.onFeatures();
    } else {
      return false;
    }
    return true;
  }

  /** The first packet of a content has arrived. */
  sees(mid: string): void {
    this.#seen.add(mid);
    this.#change();
  }

  #change(): void {
    const next = statusOf(this.#told, this.#seen);
    if (JSON.stringify(next) === JSON.stringify(this.status)) return;
    const isHoldNew = next.held !== this.status.held;
    this.status = next;
    this.#owner.onStatus(isHoldNew);
  }
}
