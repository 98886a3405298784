/** Hooks with which the media core takes part in a connection. */
export interface ConnectionHooks {
  /** Converts our description for the peer. */
  toPeer(sdp: string): string;
  /** Converts the peer's description for the browser. */
  fromPeer(sdp: string): string;
  /** Transceivers may have been added, or changed their direction. */
  onTransceivers(): void;
  onClose(): void;
}

/**
 * A peer connection with the hooks of the media core: `localDescription` is the description for the peer,
 * `setRemoteDescription` accepts that of the peer, and the core handles new transceivers before media flows.
 */
export class CoreConnection extends RTCPeerConnection {
  readonly #hooks: ConnectionHooks;

  constructor(configuration: RTCConfiguration, hooks: ConnectionHooks) {
    super(configuration);
    this.#hooks = hooks;
    this.addEventListener('track', () => {
      hooks.onTransceivers();
    });
  }

  override get localDescription(): RTCSessionDescription | null {
    const description = super.localDescription;
    return (
      description &&
      new RTCSessionDescription({
        type: description.type,
        sdp: this.#hooks.toPeer(description.sdp),
      })
    );
  }

  override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    await super.setLocalDescription(description);
    this.#hooks.onTransceivers();
  }

  override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await super.setRemoteDescription({ type, sdp: this.#hooks.fromPeer(sdp) });
    this.#hooks.onTransceivers();
  }

  override addTransceiver(...parameters: Parameters<RTCPeerConnection['addTransceiver']>): RTCRtpTransceiver {
    const transceiver = super.addTransceiver(...parameters);
    this.#hooks.onTransceivers();
    return transceiver;
  }

  override close(): void {
    super.close();
    this.#hooks.onClose();
  }
}
