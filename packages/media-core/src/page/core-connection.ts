/** What the media core does to a connection. */
export interface ConnectionHooks {
  /** The description for the peer, made of ours. */
  toPeer(sdp: string): string;
  /** The description for the browser, made of the peer's. */
  fromPeer(sdp: string): string;
  /** Transceivers may have come, or have changed their direction. */
  onTransceivers(): void;
  onClose(): void;
}

/**
 * A peer connection with the media core behind it: `localDescription` is what the peer shall get, `setRemoteDescription`
 * takes what the peer has sent, and the core learns of transceivers before media flows in them.
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
