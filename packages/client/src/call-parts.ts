import type { Call } from './api.js';
import { AfterAnswerLoader } from './after-answer/after-answer-loader.js';
import type { CallCommands } from './call-commands.js';
import { CallCore } from './call-core.js';
import { CallErrorEvent } from './call-error-event.js';
import { CallHold } from './call-hold.js';
import type { CallHost } from './call-host.js';
import { CallMedia } from './call-media.js';
import { RemotePeer } from './remote-peer.js';
import { SafetyCodeLoader } from './safety-code/safety-code-loader.js';

/** What the parts of a call need of it. */
export interface PartsOwner {
  readonly call: Call;
  readonly host: CallHost;
  readonly commands: CallCommands;
  readonly hasEnded: () => boolean;
  /** What the peer can do is something else. */
  readonly onAbilities: () => void;
  /** What this side sends is something else. */
  readonly onMedia: () => void;
  /** The call cannot go on. */
  readonly onFailure: (cause: unknown) => void;
}

/** The parts of a call, each joined with those that it needs. */
export class CallParts {
  readonly peer: RemotePeer;
  readonly core: CallCore;
  readonly media: CallMedia;
  readonly hold: CallHold;
  readonly safety: SafetyCodeLoader;
  readonly afterAnswer: AfterAnswerLoader;
  readonly #owner: PartsOwner;

  constructor(owner: PartsOwner) {
    this.#owner = owner;
    this.peer = this.#createPeer();
    this.core = this.#createCore();
    this.media = this.#createMedia();
    this.hold = this.#createHold();
    this.safety = this.#createSafety();
    this.afterAnswer = this.#createAfterAnswer();
  }

  #dispatch(type: string): void {
    this.#owner.call.dispatchEvent(new Event(type));
  }

  #createPeer(): RemotePeer {
    const { call, onAbilities } = this.#owner;
    return new RemotePeer(call.direction === 'incoming' ? call.peer : undefined, {
      onStatus: (isHoldNew) => {
        if (isHoldNew) this.hold.apply();
        this.#dispatch('remote-change');
      },
      onFeatures: onAbilities,
    });
  }

  #createCore(): CallCore {
    const { call, host } = this.#owner;
    return new CallCore({
      direction: call.direction,
      mediaCore: host.mediaCore,
      clock: host.clock,
      openCore: (signal, preference) => host.openCore(call, signal, preference),
      mayOpenEarly: () => host.mayOpenCoreEarly(call),
      onFrameEncryption: (detail) => {
        call.dispatchEvent(new CustomEvent('frame-encryption', { detail }));
      },
      log: (level, message, context) => {
        host.log(level, message, { call: call.id, ...context });
      },
    });
  }

  #createMedia(): CallMedia {
    const { call, host, commands, hasEnded, onMedia, onFailure } = this.#owner;
    const { peer } = this;
    return new CallMedia({
      media: call.media,
      core: this.core,
      remoteStream: call.remoteStream,
      clock: host.clock,
      iceTransportPolicy: host.iceTransportPolicy,
      get remote() {
        return peer.status;
      },
      get onHold() {
        return call.onHold;
      },
      get chosen() {
        return host.devices;
      },
      releasesMicrophone: host.releasesMicrophone,
      iceServers: () => host.iceServers(),
      freshIceServers: () => host.freshIceServers(),
      describe: async (type, sdp) => {
        if (!hasEnded()) await commands.describe(type, sdp);
      },
      refuseOffer: (detail) => {
        host.log('warn', "the browser does not take an offer of the peer's", { call: call.id, detail });
        commands.refuseOffer(detail);
      },
      onCandidate: (candidate, mid, ufrag) => {
        commands.candidate(candidate, mid, ufrag);
      },
      onConnectivity: (state, hadRelay) => {
        commands.mediaConnection(state, hadRelay);
        if (state === 'disconnected') host.networkChanged();
      },
      onStreams: () => {
        this.hold.apply();
        this.#dispatch('streams-change');
      },
      onMedia,
      onReceiving: () => {
        this.#dispatch('receiving-change');
      },
      onSeen: (mid) => {
        peer.sees(mid);
      },
      onSilence: () => {
        host.networkChanged();
      },
      onError: (error) => {
        call.dispatchEvent(new CallErrorEvent(error));
      },
      onFailure,
    });
  }

  #createHold(): CallHold {
    const { call, host } = this.#owner;
    const { media, core, peer } = this;
    return new CallHold({
      remoteStream: call.remoteStream,
      get session() {
        return media.session;
      },
      get core() {
        return core.core;
      },
      get playsElsewhere() {
        return host.devices.speaker !== undefined;
      },
      get isHeld() {
        return peer.status.held;
      },
    });
  }

  #createSafety(): SafetyCodeLoader {
    const { call, host, commands } = this.#owner;
    return new SafetyCodeLoader({
      clock: host.clock,
      role: call.direction === 'outgoing' ? 'initiator' : 'responder',
      sid: () => call.sessionId ?? call.id,
      descriptions: () => this.media.descriptions(),
      send: (message) => {
        commands.sendSafetyMessage(message);
      },
      onChange: () => {
        this.#dispatch('safety-code-change');
      },
      onLoadFailed: (cause) => {
        host.log('warn', 'the code for safety codes did not load', { call: call.id, error: String(cause) });
      },
    });
  }

  #createAfterAnswer(): AfterAnswerLoader {
    const { call, host, commands } = this.#owner;
    return new AfterAnswerLoader({
      commands,
      canTransfer: () => call.canTransfer,
      takesTones: () => this.peer.features?.tones ?? false,
      toneSender: () => this.media.session?.toneSender,
      callFor: (to) => host.callFor(call, to),
      dispatch: (event) => call.dispatchEvent(event),
    });
  }
}
