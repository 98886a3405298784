/** Names that samples of the documentation leave to the page they are pasted into. */
import type * as api from '@xmpp-call/client';
import type { Element } from 'ltx';

declare global {
  const video: HTMLVideoElement;
  const audio: HTMLAudioElement;
  const client: api.CallClient;
  const call: api.Call;
  const username: string;
  const password: string;
  function showIncoming(call: api.Call): void;

  /** Jingle. */
  const sdp: string;
  const sid: string;
  const connection: RTCPeerConnection;
  const element: Element;

  /** The codecs: packets, sound and pictures. */
  const samples: Float32Array;
  const packet120: Uint8Array;
  const sound: Float32Array;
  const frame: VideoFrame;
  const isWanted: boolean;
  const data: Uint8Array;
  const layout: PlaneLayout[];
  const received: Uint8Array;
  const timestamp: number;
  function show(picture: VideoFrame): void;
  function requestKeyFrame(): void;
  function send(...parts: readonly unknown[]): void;
}
