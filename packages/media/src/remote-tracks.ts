import { kindOf, receives } from './transceivers.js';

/** The peer's tracks by mid, and the stream that shows the first of each kind. */
export class RemoteTracks {
  readonly #connection: RTCPeerConnection;
  readonly #stream: MediaStream;
  readonly #changed: () => void;
  readonly #signal: AbortSignal;
  readonly #shown = new Set<RTCRtpTransceiver>();

  constructor(connection: RTCPeerConnection, stream: MediaStream, changed: () => void, signal: AbortSignal) {
    this.#connection = connection;
    this.#stream = stream;
    this.#changed = changed;
    this.#signal = signal;
  }

  /** What the peer may send, as far as was agreed: the browser's tracks, also where the stream shows another in place. */
  byMid(): ReadonlyMap<string, MediaStreamTrack> {
    return new Map(
      this.#connection
        .getTransceivers()
        .flatMap(({ mid, currentDirection, receiver }) =>
          mid !== null && receives(currentDirection) ? [[mid, receiver.track] as const] : [],
        ),
    );
  }

  /** The peer begins to send in a transceiver. */
  add(transceiver: RTCRtpTransceiver): void {
    const { track } = transceiver.receiver;
    for (const type of ['mute', 'unmute', 'ended'])
      track.addEventListener(type, this.#changed, { signal: this.#signal });
    if (this.#isFirst(transceiver)) this.#show(transceiver);
    this.#changed();
  }

  /** An offer of the peer's was answered: what is first of its kind may be another. */
  settle(): void {
    for (const one of this.#shown) if (!receives(one.currentDirection)) this.#shown.delete(one);
    for (const transceiver of this.#connection.getTransceivers()) {
      if (!receives(transceiver.currentDirection) || this.#shown.has(transceiver) || !this.#isFirst(transceiver))
        continue;
      this.#show(transceiver);
      this.#changed();
    }
  }

  /** Takes away what the peer sends no more. */
  dropEnded(): void {
    for (const transceiver of this.#connection.getTransceivers()) {
      if (receives(transceiver.currentDirection)) continue;
      const { track } = transceiver.receiver;
      if (!this.#stream.getTracks().includes(track)) continue;
      this.#stream.removeTrack(track);
      this.#changed();
    }
    this.settle();
  }

  close(): void {
    for (const track of this.#stream.getTracks()) {
      track.stop();
      this.#stream.removeTrack(track);
    }
  }

  /** None of this kind is shown that stands before it. */
  #isFirst(transceiver: RTCRtpTransceiver): boolean {
    const kind = kindOf(transceiver);
    const first = this.#connection
      .getTransceivers()
      .find(
        (one) => one === transceiver || (kindOf(one) === kind && one.direction !== 'stopped' && this.#shown.has(one)),
      );
    return first === transceiver;
  }

  #show(transceiver: RTCRtpTransceiver): void {
    const { track } = transceiver.receiver;
    const before = this.#stream.getTracks();
    // Before others go: Firefox ends an element whose stream is without any track for a moment, and it does not go on.
    this.#stream.addTrack(track);
    for (const old of before) if (old.kind === track.kind && old !== track) this.#stream.removeTrack(old);
    for (const one of this.#shown) if (kindOf(one) === kindOf(transceiver)) this.#shown.delete(one);
    this.#shown.add(transceiver);
  }
}
