import type { PeerSession } from '@xmpp-call/media';
import { SdpType } from '@xmpp-call/wire';
import type { Event as WireEvent } from '@xmpp-call/wire';
import { XmppCallError } from './errors.js';
import { toCallError } from './to-call-error.js';
import { toError } from './wire-map.js';

/** What the exchanges of a call need of its media. */
export interface NegotiatorHost {
  /** Makes the connection where there is none. */
  prepare(): Promise<PeerSession>;
  /** The devices are in the session. */
  joined(): Promise<unknown>;
  /** Gets fresh TURN credentials before ICE restarts. */
  refreshServers(session: PeerSession): Promise<void>;
  /** Tells the worker. @throws XmppCallError */
  describe(type: SdpType, sdp: string): Promise<void>;
  /** The browser does not take an offer of the peer's, and it was rolled back. */
  refuseOffer(detail: string): void;
  /** The camera cannot be sent: its light goes out. */
  dropCamera(session: PeerSession): Promise<void>;
  /** Something failed, and the call goes on. */
  onError(error: XmppCallError): void;
}

export type NegotiationEvent = Extract<
  WireEvent['body'],
  { case: 'remoteDescription' | 'remoteCandidate' | 'offerWanted' | 'offerVoid' }
>;

export function isNegotiation(body: WireEvent['body']): body is NegotiationEvent {
  return (
    body.case === 'remoteDescription' ||
    body.case === 'remoteCandidate' ||
    body.case === 'offerWanted' ||
    body.case === 'offerVoid'
  );
}

interface Intent {
  readonly restart: boolean;
  /** It brings our picture to the peer. */
  readonly camera: boolean;
}

/**
 * The offers and answers of a call, one exchange at a time (RFC 3264 §4). What fails in the first one ends the call; what
 * fails later is rolled back, and the call goes on as it was.
 */
export class Negotiator {
  readonly #host: NegotiatorHost;
  /** Our offer that is with the peer. */
  #offered: Intent | undefined;
  /** Our next one, once that is settled. */
  #wanted: Intent | undefined;

  constructor(host: NegotiatorHost) {
    this.#host = host;
  }

  /** Offers what the call was proposed with. @throws MediaError or XmppCallError: the call cannot go on */
  async offerFirst(session: PeerSession, media: { readonly video: boolean }): Promise<void> {
    session.addMedia(media);
    await this.#offer(session, { restart: false, camera: media.video });
  }

  /** Offers the picture of a camera that was turned on, now or after the exchange under way. @throws as `offerFirst` */
  async offerCamera(session: PeerSession): Promise<void> {
    if (session.established && !this.#offered) await this.#offer(session, { restart: false, camera: true });
    else this.#want({ restart: false, camera: true });
  }

  /** Takes what the worker says. @throws MediaError or XmppCallError: the call cannot go on */
  async take(event: NegotiationEvent): Promise<void> {
    const session = await this.#host.prepare();
    switch (event.case) {
      case 'remoteCandidate':
        await session.addCandidate(event.value);
        break;
      case 'offerWanted':
        this.#want({ restart: event.value.iceRestart, camera: false });
        await this.#next(session);
        break;
      case 'offerVoid': {
        const { failure } = event.value;
        await this.#giveUp(session, failure ? toError(failure) : new XmppCallError('peer-failed'));
        break;
      }
      case 'remoteDescription':
        if (event.value.type === SdpType.ANSWER) await this.#takeAnswer(session, event.value.sdp);
        else await this.#takeOffer(session, event.value.sdp);
    }
  }

  /** A camera that is on but has no way to the peer is turned off. */
  async settleCamera(session: PeerSession): Promise<void> {
    if (!session.cameraOn || session.sendsCamera) return;
    await this.#host.dropCamera(session);
    this.#host.onError(new XmppCallError('incompatible', { message: 'the peer takes no picture', device: 'camera' }));
  }

  async #offer(session: PeerSession, intent: Intent): Promise<void> {
    this.#offered = intent;
    try {
      if (intent.restart) await this.#host.refreshServers(session);
      await this.#host.describe(SdpType.OFFER, await session.createOffer({ iceRestart: intent.restart }));
    } catch (cause) {
      this.#offered = undefined;
      await session.rollBack();
      throw cause;
    }
  }

  #want({ restart, camera }: Intent): void {
    const { restart: restarts = false, camera: shows = false } = this.#wanted ?? {};
    this.#wanted = { restart: restart || restarts, camera: camera || shows };
  }

  /** Makes the offer that was waited with, if it is still needed. */
  async #next(session: PeerSession): Promise<void> {
    if (!this.#wanted || this.#offered) return;
    const { restart, camera: asked } = this.#wanted;
    this.#wanted = undefined;
    try {
      await session.claimVideo();
      const camera = session.cameraOn && !session.sendsCamera;
      // Of a camera that was turned off meanwhile, or is in the offer before.
      if (asked && !restart && !camera) return;
      await this.#offer(session, { restart, camera });
    } catch (cause) {
      if (!session.established) throw cause;
      await this.#giveUp(session, toCallError(cause), { restart, camera: asked || session.cameraOn });
    }
  }

  /** Our offer leads to nothing. */
  async #giveUp(session: PeerSession, error: XmppCallError, intent = this.#offered): Promise<void> {
    if (!session.established) throw error;
    this.#offered = undefined;
    await session.rollBack();
    if (intent?.camera && !session.sendsCamera) await this.#host.dropCamera(session);
    this.#host.onError(error);
    await this.#next(session);
  }

  async #takeAnswer(session: PeerSession, sdp: string): Promise<void> {
    const offered = this.#offered;
    // An answer to what was rolled back.
    if (!offered && session.established) return;
    try {
      await session.applyAnswer(sdp);
    } catch (cause) {
      await this.#giveUp(session, toCallError(cause));
      return;
    }
    this.#offered = undefined;
    if (offered?.camera) await this.settleCamera(session);
    await this.#next(session);
  }

  async #takeOffer(session: PeerSession, sdp: string): Promise<void> {
    await this.#host.joined();
    const first = !session.established;
    if (!first && session.restartsIce(sdp)) await this.#host.refreshServers(session);
    let answer: string;
    try {
      answer = await session.answer(sdp);
    } catch (cause) {
      if (first) throw cause;
      this.#offered = undefined;
      this.#host.refuseOffer(toCallError(cause).message);
      return;
    }
    // An offer of ours was rolled back for it; the worker asks for another one.
    this.#offered = undefined;
    await this.#host.describe(SdpType.ANSWER, answer);
    if (session.hasVideo) {
      // A peer that holds us takes no picture for a while.
      if (first) await this.settleCamera(session);
    } else if (first) {
      const { negotiationNeeded } = await session.claimVideo();
      if (negotiationNeeded) this.#want({ restart: false, camera: true });
      await this.#next(session);
    } else if (session.cameraOn) {
      await this.#host.dropCamera(session);
    }
  }
}
