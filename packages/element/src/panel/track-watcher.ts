/** Says when the tracks of a stream come, go, or begin and stop to carry media. */
export class TrackWatcher {
  #stream: MediaStream | undefined;
  #tracks: readonly MediaStreamTrack[] = [];
  #listeners = new AbortController();

  constructor(private readonly changed: () => void) {}

  /** Watches another stream, or none. Cheap when nothing changed. */
  watch(stream: MediaStream | undefined): void {
    const tracks = stream?.getTracks() ?? [];
    const same = tracks.length === this.#tracks.length && tracks.every((track, i) => track === this.#tracks[i]);
    if (stream === this.#stream && same) return;
    this.#listeners.abort();
    this.#listeners = new AbortController();
    this.#stream = stream;
    this.#tracks = tracks;
    const { signal } = this.#listeners;
    for (const type of ['addtrack', 'removetrack']) stream?.addEventListener(type, this.changed, { signal });
    for (const track of tracks) {
      for (const type of ['mute', 'unmute', 'ended']) track.addEventListener(type, this.changed, { signal });
    }
  }
}

/** Whether a stream has a picture now: a remote track is muted until its first frame and after its last. */
export function hasPicture(stream: MediaStream | undefined): boolean {
  return stream?.getVideoTracks().some((track) => track.readyState === 'live' && !track.muted) ?? false;
}

/** Whether a stream has sound at all: one's own has none before the microphone was allowed. */
export function hasSound(stream: MediaStream | undefined): boolean {
  return (stream?.getAudioTracks().length ?? 0) > 0;
}
