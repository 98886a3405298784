import { MediaError, PeerSession } from '@xmpp-call/media';
import type { PeerConnectivity } from '@xmpp-call/media';
import { SdpType } from '@xmpp-call/wire';
import type { CallCore } from './call-core.js';
import { CallDevices } from './call-devices.js';
import type { DevicesOwner } from './call-devices.js';
import { within } from './clock.js';
import type { XmppCallError } from './errors.js';
import { hasMediaCoreToken } from './media-core-support.js';
import { Negotiator } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';
import { RemoteWatch } from './remote-watch.js';
import type { RemoteWatchOwner } from './remote-watch.js';

/** What the media of a call need of it. */
export interface MediaOwner
  extends RemoteWatchOwner, Pick<DevicesOwner, 'media' | 'chosen' | 'releasesMicrophone' | 'onStreams' | 'onMedia'> {
  readonly core: CallCore;
  readonly remoteStream: MediaStream;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  /** Waits for a connection to ask over. */
  iceServers(): Promise<readonly RTCIceServer[]>;
  /** Over the connection that is there. */
  freshIceServers(): Promise<readonly RTCIceServer[]>;
  /** Tells the worker. @throws XmppCallError */
  describe(type: SdpType, sdp: string): Promise<void>;
  refuseOffer(detail: string): void;
  onCandidate(candidate: string, mid: string, ufrag: string): void;
  onConnectivity(state: PeerConnectivity, hadRelay: boolean): void;
  /** Something failed, and the call goes on. */
  onError(error: XmppCallError): void;
  /** The call cannot go on. */
  onFailure(cause: unknown): void;
}

/** ms that an ICE restart waits for fresh TURN credentials. */
const REFRESH_MS = 2000;

/** The media of one call in this page: joins its devices, its connection and what arrives. */
export class CallMedia {
  readonly devices: CallDevices;
  readonly #owner: MediaOwner;
  readonly #closing = new AbortController();
  readonly #negotiator: Negotiator;
  readonly #watch: RemoteWatch;
  #session: Promise<PeerSession> | undefined;
  #open: PeerSession | undefined;
  /** Descriptions and candidates are applied strictly in the order in which they came. */
  #inOrder: Promise<void> = Promise.resolve();

  constructor(owner: MediaOwner) {
    this.#owner = owner;
    this.#watch = new RemoteWatch(owner);
    this.devices = this.#createDevices();
    this.#negotiator = new Negotiator({
      prepare: () => this.prepare(),
      joined: () => this.devices.joined(),
      refreshServers: (session) => this.#refreshServers(session),
      describe: (type, sdp) => owner.describe(type, sdp),
      refuseOffer: (detail) => {
        owner.refuseOffer(detail);
      },
      dropCamera: (session) => this.devices.dropCamera(session),
      onError: (error) => {
        this.#report(error);
      },
    });
  }

  /** Undefined before the connection was made. */
  get session(): PeerSession | undefined {
    return this.#open;
  }

  get localStream(): MediaStream | undefined {
    return this.devices.preview ?? this.#open?.localStream;
  }

  get receiving(): boolean {
    return this.#watch.receiving;
  }

  /** The descriptions in force, after those that are under way. @throws MediaError */
  async descriptions(): Promise<{ readonly local: string; readonly remote: string }> {
    await this.#inOrder;
    const agreed = this.#open?.agreedDescriptions;
    if (!agreed) throw new MediaError('media-failed', 'no descriptions yet');
    return agreed;
  }

  /** Makes the connection, once. */
  prepare(): Promise<PeerSession> {
    return (this.#session ??= this.#createSession());
  }

  async offerFirst(): Promise<void> {
    await this.#negotiator.offerFirst(await this.prepare(), this.#owner.media);
  }

  /** Takes what the worker says of the negotiation, in the order in which it comes. */
  take(event: NegotiationEvent): void {
    if (event.case === 'remoteDescription' && event.value.type === SdpType.OFFER)
      this.#owner.core.offered(hasMediaCoreToken(event.value.sdp));
    this.#inOrder = this.#inOrder
      .then(() => (this.#hasEnded() ? undefined : this.#negotiator.take(event)))
      .catch((cause: unknown) => {
        this.#fail(cause);
      });
  }

  /** Devices off, connection closed; nothing is reported any more. */
  close(): void {
    this.#closing.abort();
    this.#watch.close();
    this.#open?.close();
    this.devices.close();
  }

  #hasEnded(): boolean {
    return this.#closing.signal.aborted;
  }

  #fail(cause: unknown): void {
    if (!this.#hasEnded()) this.#owner.onFailure(cause);
  }

  #report(error: XmppCallError): void {
    if (!this.#hasEnded()) this.#owner.onError(error);
  }

  #createDevices(): CallDevices {
    const owner = this.#owner;
    const session = () => this.#open;
    const host: DevicesOwner = {
      media: owner.media,
      get session() {
        return session();
      },
      get chosen() {
        return owner.chosen;
      },
      releasesMicrophone: owner.releasesMicrophone,
      prepare: () => this.prepare(),
      offerCamera: (opened) => this.#negotiator.offerCamera(opened),
      settleCamera: (opened) => this.#negotiator.settleCamera(opened),
      onStreams: () => {
        owner.onStreams();
      },
      onMedia: () => {
        owner.onMedia();
      },
      onError: (error) => {
        this.#report(error);
      },
      onFailure: (cause) => {
        this.#fail(cause);
      },
    };
    return new CallDevices(host, this.#closing.signal);
  }

  /** Servers that come late, or not at all, do not hold a restart up. */
  async #refreshServers(session: PeerSession): Promise<void> {
    const { clock } = this.#owner;
    const asked = this.#owner.freshIceServers().catch(() => undefined);
    const servers = await within<readonly RTCIceServer[] | undefined>(asked, REFRESH_MS, () => undefined, clock);
    if (servers) session.setIceServers(servers);
  }

  async #createSession(): Promise<PeerSession> {
    const { signal } = this.#closing;
    const [iceServers, core] = await Promise.all([this.#owner.iceServers(), this.#owner.core.forConnection()]);
    if (signal.aborted) throw new MediaError('media-failed', 'the call has ended');
    const { iceTransportPolicy, remoteStream } = this.#owner;
    const session = new PeerSession({
      iceServers,
      connect: core?.connect,
      ...(iceTransportPolicy && { iceTransportPolicy }),
      remoteStream,
      observer: {
        onCandidate: (candidate, mid, ufrag) => {
          this.#owner.onCandidate(candidate, mid, ufrag);
        },
        onConnectivity: (state) => {
          this.#owner.onConnectivity(state, session.hasRelay);
          this.#watch.connectivity(state, session);
        },
        onStreams: () => {
          this.devices.checkCamera(session);
          this.#owner.onStreams();
        },
      },
    });
    this.devices.muteIn(session);
    this.#open = session;
    return session;
  }
}
