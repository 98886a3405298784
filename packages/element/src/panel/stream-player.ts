/** Plays streams in media elements, and knows which of them the browser holds back. */
export class StreamPlayer {
  readonly #refused = new Set<HTMLMediaElement>();

  /** @param changed `blocked` is another */
  constructor(private readonly changed: () => void) {}

  /** Whether the browser wants a gesture before it plays all of it. */
  get blocked(): boolean {
    return this.#refused.size > 0;
  }

  /** Plays a stream in an element, or nothing. Cheap when nothing changed. */
  show(media: HTMLMediaElement, stream: MediaStream | undefined): void {
    if (stream === undefined) {
      this.drop(media);
      return;
    }
    const known = media.srcObject === stream;
    if (!known) media.srcObject = stream;
    // What was stopped, for instance by the end of its only track, goes on with the next one.
    if (!known || ((media.paused || media.ended) && !this.#refused.has(media))) void this.#play(media);
  }

  drop(media: HTMLMediaElement): void {
    if (media.srcObject !== null) media.srcObject = null;
    this.#mark(media, false);
  }

  /** Plays what was held back; has to be called from a gesture. */
  playRefused(): void {
    for (const media of this.#refused) void this.#play(media);
  }

  /** `autoplay` alone fails silently; `play()` says so, and then a button has to be offered. */
  async #play(media: HTMLMediaElement): Promise<void> {
    const stream = media.srcObject;
    let refused = false;
    try {
      await media.play();
    } catch (error) {
      refused = error instanceof DOMException && error.name === 'NotAllowedError';
      // Any other refusal (AbortError) means that a newer stream or the end of the call came first.
      if (!refused) return;
    }
    if (media.srcObject === stream) this.#mark(media, refused);
  }

  #mark(media: HTMLMediaElement, refused: boolean): void {
    const { blocked } = this;
    if (refused) this.#refused.add(media);
    else this.#refused.delete(media);
    if (blocked !== this.blocked) this.changed();
  }
}
