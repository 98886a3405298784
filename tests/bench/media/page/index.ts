/** The page's side of the bench, as `globalThis.mediaBench`. Results travel as JSON. */
import { Output } from './output.js';
import { Peer, type PeerSettings, type TrickledCandidate } from './peer.js';
import { type Intelligibility, intelligibility } from '../figures/intelligibility.js';
import { loopOf } from './sounds.js';
import { readTransport, type TransportReading } from './transport.js';

let peer: Peer | undefined;
let output: Output | undefined;

function current(): Peer {
  if (!peer) throw new Error('there is no call');
  return peer;
}

/** Frames and chirps that a page has received and sent; times are ms since the epoch. */
export interface Collected {
  readonly shown: readonly (number | null)[];
  readonly emitted: readonly number[];
  readonly heard: readonly number[];
  readonly sightings: readonly (readonly [number, number | null])[];
  readonly judgements: readonly { readonly counter: number; readonly psnrDb: number; readonly width: number }[];
}

const bench = {
  now: (): number => performance.timeOrigin + performance.now(),

  async open(settings: PeerSettings): Promise<void> {
    peer = await Peer.open(settings);
  },

  offer: (): Promise<string> => current().offer(),
  answer: (sdp: string): Promise<string> => current().answer(sdp),
  applyAnswer: (sdp: string): Promise<void> => current().session.applyAnswer(sdp),
  candidates: (): TrickledCandidate[] => current().candidates.splice(0),
  connectivity: (): string => current().connectivity,
  paths: () => current().paths,
  log: (): string[] => current().log,
  statistics: () => current().core?.statistics ?? null,

  async addCandidate({ candidate, mid, ufrag }: TrickledCandidate): Promise<void> {
    await current().session.addCandidate({ candidate, mid, mLineIndex: Number(mid), ufrag });
  },

  transport: (): Promise<TransportReading> => readTransport(current()),

  /** Upper limit of the camera's bitrate, bits/s. */
  async limitVideo(bitsPerSecond: number): Promise<void> {
    const sender = current()
      .connection?.getSenders()
      .find(({ track }) => track?.kind === 'video');
    const parameters = sender?.getParameters();
    const [encoding] = parameters?.encodings ?? [];
    if (!sender || !parameters || !encoding) throw new Error('no video is sent');
    encoding.maxBitrate = bitsPerSecond;
    await sender.setParameters(parameters);
  },

  /** A loopback to its own devices, without the other side. */
  playOneself: (): void => current().playOneself(),

  /** Without a call. */
  async playChirps(): Promise<void> {
    output = await Output.open();
  },

  /** When they were rendered, ms since the epoch. */
  renderedChirps: (): readonly number[] => output?.rendered ?? [],

  record: (on: boolean): void => current().sound.record(on),

  /** Figures of the recording, where the other side sends `speech`. */
  intelligibility(): Intelligibility {
    const { recorded } = current().sound;
    const heard = new Float32Array(recorded.reduce((length, { length: part }) => length + part, 0));
    let end = 0;
    for (const part of recorded) {
      heard.set(part, end);
      end += part.length;
    }
    return intelligibility(loopOf('speech'), heard);
  },

  collect(): Collected {
    const { camera, sound, viewer, judgements } = current();
    return {
      shown: (camera?.shownAt ?? []).map((time) => (Number.isNaN(time) ? null : time)),
      emitted: sound.emitted,
      heard: sound.heard,
      sightings: (viewer?.sightings ?? []).map(({ at, counter }) => [at, counter ?? null] as const),
      judgements,
    };
  },

  /** Drops the records so far, which in a long call would count as memory of the call. */
  forget(): void {
    const { camera, sound } = current();
    camera?.forget();
    sound.forget();
  },

  async close(): Promise<void> {
    await peer?.close();
    peer = undefined;
  },
};

export type MediaBench = typeof bench;

declare global {
  var mediaBench: MediaBench;
}

globalThis.mediaBench = bench;
