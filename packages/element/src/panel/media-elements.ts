import type { Call } from '@xmpp-call/client';
import { setSpeaker } from './speaker.js';
import type { StreamPlayer } from './stream-player.js';

/** Which pictures are meant to be seen. */
export interface ShownPictures {
  readonly remoteVideo: boolean;
  readonly selfView: boolean;
}

/** The audio and video elements of a shadow root, which show the streams of a call. */
export class MediaElements {
  constructor(
    private readonly host: { readonly shadowRoot: ShadowRoot | null },
    private readonly player: StreamPlayer,
  ) {}

  /** @param speaker `deviceId` of the loudspeaker that was chosen */
  show(call: Call | undefined, { remoteVideo, selfView }: ShownPictures, speaker: string | undefined): void {
    for (const element of this.#elements) {
      const isOwn = element.classList.contains('self-view');
      const isSound = element.localName === 'audio';
      element.muted = !isSound || call?.playsSound === true;
      const isShown = isOwn ? selfView : isSound || remoteVideo;
      if (isSound) setSpeaker(element, speaker);
      this.player.show(element, isShown ? (isOwn ? call?.localStream : call?.remoteStream) : undefined);
    }
  }

  drop(): void {
    for (const element of this.#elements) this.player.drop(element);
  }

  get #elements(): HTMLMediaElement[] {
    return [...(this.host.shadowRoot?.querySelectorAll<HTMLMediaElement>('audio, video') ?? [])];
  }
}
