import { receives } from './transceivers.js';

/** The peer's tracks in the stream that shows it: at most one of each kind. */
export class RemoteTracks {
  constructor(
    private readonly stream: MediaStream,
    private readonly changed: () => void,
    private readonly signal: AbortSignal,
  ) {}

  add(track: MediaStreamTrack): void {
    const before = this.stream.getTracks();
    // Before others go: Firefox ends an element whose stream is without any track for a moment, and it does not go on.
    this.stream.addTrack(track);
    for (const old of before) if (old.kind === track.kind && old !== track) this.stream.removeTrack(old);
    for (const type of ['mute', 'unmute', 'ended']) track.addEventListener(type, this.changed, { signal: this.signal });
    this.changed();
  }

  /** Takes away what the peer sends no more. */
  dropEnded(transceivers: readonly RTCRtpTransceiver[]): void {
    for (const { currentDirection, receiver } of transceivers) {
      if (receives(currentDirection) || !this.stream.getTracks().includes(receiver.track)) continue;
      this.stream.removeTrack(receiver.track);
      this.changed();
    }
  }
}
