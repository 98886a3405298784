import type { MediaKind } from '../core/choice/core-choice.js';

/** Selects the track of each kind in the page's stream: the browser's, or one of the core in its place. */
export class ReceivedTracks {
  readonly #stream: MediaStream;
  readonly #onChange: () => void;
  readonly #core = new Map<MediaKind, MediaStreamTrack>();

  constructor(stream: MediaStream, onChange: () => void) {
    this.#stream = stream;
    this.#onChange = onChange;
  }

  /**
   * Call it repeatedly: a track is replaced only after the session has added it to the stream.
   * @param native the browser's received track; undefined while the peer may not send, which removes the track
   * @param core the track to show instead, if any
   */
  show(kind: MediaKind, native: MediaStreamTrack | undefined, core: MediaStreamTrack | undefined): void {
    const before = this.#core.get(kind);
    const shown = this.#stream.getTracks().filter((track) => track.kind === kind);
    // The session manages the first track, and tracks that the core has never replaced.
    if (!before && !(core && native && shown.includes(native))) return;
    const wanted = native && (core ?? native);
    if (core && wanted) this.#core.set(kind, core);
    else this.#core.delete(kind);
    if (wanted ? shown.length === 1 && shown[0] === wanted : shown.length === 0) return;
    // The new track is added first, because an element whose stream has no track ends, and does not always resume.
    if (wanted) this.#stream.addTrack(wanted);
    for (const track of shown) if (track !== wanted) this.#stream.removeTrack(track);
    this.#onChange();
  }
}
