import { preferCodecs } from './codec-preferences.js';
import { kindOf, sends } from './transceivers.js';
import type { MediaKind } from './transceivers.js';

/** What a source of ours is called; each has an m-line of its own. */
export type ContentId = 'microphone' | 'camera';

const KINDS: Readonly<Record<ContentId, MediaKind>> = { microphone: 'audio', camera: 'video' };

interface LocalContent {
  readonly kind: MediaKind;
  transceiver: RTCRtpTransceiver | undefined;
  track: MediaStreamTrack | undefined;
  muted: boolean;
}

/** What we send in a connection, by content: each with its transceiver, its track and whether it is muted. */
export class LocalContents {
  readonly #connection: RTCPeerConnection;
  readonly #changed: () => void;
  readonly #signal: AbortSignal;
  readonly #contents = new Map<ContentId, LocalContent>();
  #stream: MediaStream | undefined;
  #isPaused = false;

  /** @param changed a track has ended */
  constructor(connection: RTCPeerConnection, changed: () => void, signal: AbortSignal) {
    this.#connection = connection;
    this.#changed = changed;
    this.#signal = signal;
  }

  /** Undefined before a content was added. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  track(id: ContentId): MediaStreamTrack | undefined {
    return this.#contents.get(id)?.track;
  }

  /** The one that carries a content, if any does (any more): the first of its kind that carries no other. */
  transceiver(id: ContentId): RTCRtpTransceiver | undefined {
    const content = this.#content(id);
    const usable = this.#connection.getTransceivers().filter(({ direction }) => direction !== 'stopped');
    if (content.transceiver && usable.includes(content.transceiver)) return content.transceiver;
    const taken = new Set([...this.#contents.values()].map(({ transceiver }) => transceiver));
    content.transceiver = usable.find((one) => kindOf(one) === content.kind && !taken.has(one));
    return content.transceiver;
  }

  /** Makes the m-line of a content, with or without a track. */
  add(id: ContentId): void {
    const content = this.#content(id);
    const stream = this.#localStream();
    const { kind } = content;
    content.transceiver = this.#connection.addTransceiver(this.#sentTrack(id) ?? kind, {
      direction: 'sendrecv',
      streams: [stream],
    });
    preferCodecs(content.transceiver, kind);
  }

  /** Sends a track in place of the one of before, which is stopped. Makes an m-line only where others are already. */
  async send(id: ContentId, track: MediaStreamTrack): Promise<void> {
    const content = this.#content(id);
    const stream = this.#localStream();
    if (content.track && content.track !== track) this.#dropTrack(content);
    content.track = track;
    track.enabled = !content.muted;
    stream.addTrack(track);
    track.addEventListener('ended', this.#changed, { signal: this.#signal });
    const transceiver = this.transceiver(id);
    if (transceiver) {
      await transceiver.sender.replaceTrack(this.#sentTrack(id));
      transceiver.sender.setStreams(stream);
    } else if (this.#connection.getTransceivers().length > 0) {
      this.add(id);
    }
  }

  /** Stops the device of a content; its m-line stays. */
  async stop(id: ContentId): Promise<void> {
    this.#dropTrack(this.#content(id));
    await this.transceiver(id)?.sender.replaceTrack(null);
  }

  setMuted(id: ContentId, muted: boolean): void {
    const content = this.#content(id);
    content.muted = muted;
    if (content.track) content.track.enabled = !muted;
  }

  /** Sends nothing at all, or sends again; devices stay open. */
  async setPaused(isPaused: boolean): Promise<void> {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    for (const id of this.#contents.keys()) {
      const sender = this.transceiver(id)?.sender;
      await sender?.replaceTrack(this.#sentTrack(id));
      // Firefox sends silence for a track that is gone.
      if (sender) await setActive(sender, !isPaused);
    }
  }

  /** Makes the transceiver of a content send. @returns whether that has to be agreed */
  claim(id: ContentId): boolean {
    const transceiver = this.transceiver(id);
    if (sends(transceiver?.currentDirection)) return false;
    if (transceiver) transceiver.direction = 'sendrecv';
    return true;
  }

  /** Sends in an m-line that the peer offers, if it is the one of a content; others are only received. */
  async answerIn(transceiver: RTCRtpTransceiver): Promise<void> {
    for (const id of ['microphone', 'camera'] as const) {
      const content = this.#content(id);
      if (this.transceiver(id) !== transceiver) {
        // After a glare the offer of ours is rolled back: the peer's m-line takes the content over.
        if (content.transceiver?.mid !== null || content.kind !== kindOf(transceiver)) continue;
        content.transceiver = transceiver;
      }
      transceiver.direction = 'sendrecv';
      if (content.track) await transceiver.sender.replaceTrack(this.#sentTrack(id));
    }
  }

  /** Stops the devices. */
  close(): void {
    for (const content of this.#contents.values()) this.#dropTrack(content);
  }

  #sentTrack(id: ContentId): MediaStreamTrack | null {
    return this.#isPaused ? null : (this.track(id) ?? null);
  }

  #dropTrack(content: LocalContent): void {
    const { track } = content;
    content.track = undefined;
    if (!track) return;
    track.stop();
    this.#stream?.removeTrack(track);
  }

  #content(id: ContentId): LocalContent {
    const existing = this.#contents.get(id);
    if (existing) return existing;
    const made: LocalContent = { kind: KINDS[id], transceiver: undefined, track: undefined, muted: false };
    this.#contents.set(id, made);
    return made;
  }

  #localStream(): MediaStream {
    return (this.#stream ??= new MediaStream());
  }
}

/** Others set parameters of the sender too, and of two that cross one is refused. */
async function setActive(sender: RTCRtpSender, isActive: boolean, tries = 3): Promise<void> {
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  for (const encoding of parameters.encodings) encoding.active = isActive;
  try {
    await sender.setParameters(parameters);
  } catch (cause) {
    if (tries <= 1) throw cause;
    await setActive(sender, isActive, tries - 1);
  }
}
