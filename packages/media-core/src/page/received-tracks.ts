import type { MediaKind } from '../core/choice/core-choice.js';

/** Which track of each kind the page's stream shows: the browser's, or one of the core's in its place. */
export class ReceivedTracks {
  readonly #stream: MediaStream;
  readonly #onChange: () => void;
  readonly #own = new Map<MediaKind, MediaStreamTrack>();

  constructor(stream: MediaStream, onChange: () => void) {
    this.#stream = stream;
    this.#onChange = onChange;
  }

  /**
   * To be called again and again: a track that is not in the stream yet is not replaced yet.
   * @param native what the browser receives; undefined while the peer may not send, which shows nothing
   * @param own what is shown instead, if anything
   */
  show(kind: MediaKind, native: MediaStreamTrack | undefined, own: MediaStreamTrack | undefined): void {
    const before = this.#own.get(kind);
    const shown = this.#stream.getTracks().filter((track) => track.kind === kind);
    // What never was the core's is the session's business, and so is what comes first.
    if (!before && !(own && native && shown.includes(native))) return;
    const wanted = native && (own ?? native);
    if (own && wanted) this.#own.set(kind, own);
    else this.#own.delete(kind);
    if (wanted ? shown.length === 1 && shown[0] === wanted : shown.length === 0) return;
    // First the new one: an element whose stream is without any track for a moment ends, and does not always go on.
    if (wanted) this.#stream.addTrack(wanted);
    for (const track of shown) if (track !== wanted) this.#stream.removeTrack(track);
    this.#onChange();
  }
}
