import { PeerSession } from '@xmpp-call/media';
import { MediaCore } from '@xmpp-call/media-core';
import { openCamera, type Camera } from './camera.js';
import type { ClipSettings } from './clip.js';
import type { Judgement, JudgeMessage } from './judge.worker.js';
import { Sound } from './sound.js';
import type { SoundName } from './sounds.js';
import { Viewer } from './viewer.js';

export interface PeerSettings {
  readonly role: 'caller' | 'callee';
  /** Our codecs, or else those of the browser. */
  readonly core: boolean;
  readonly sound: SoundName;
  /** Without it no video is sent. */
  readonly camera?: ClipSettings;
  /** Which pictures are analysed: the number of each, or also the full content of some against the clip. */
  readonly view: 'nothing' | 'numbers' | ClipSettings;
  /** Whether it plays at the loudspeaker what it receives. */
  readonly audible: boolean;
}

/** As `RTCIceCandidate` has it. */
export interface TrickledCandidate {
  readonly candidate: string;
  readonly mid: string;
  readonly ufrag: string;
}

const CORE_FILES = new URL('/cdn/', location.href);
/** Pictures are compared so often, ms. */
const JUDGE_EVERY_MS = 500;

/** One side of a call: this page. */
export class Peer {
  readonly candidates: TrickledCandidate[] = [];
  readonly judgements: Judgement[] = [];
  readonly log: string[] = [];
  readonly sound: Sound;
  readonly camera: Camera | undefined;
  readonly video = document.createElement('video');
  viewer: Viewer | undefined;
  core: MediaCore | undefined;
  connectivity = 'new';
  connection: RTCPeerConnection | undefined;
  readonly #settings: PeerSettings;
  readonly #remote = new MediaStream();
  readonly #closing = new AbortController();
  #session: PeerSession | undefined;

  private constructor(settings: PeerSettings, sound: Sound, camera: Camera | undefined) {
    this.#settings = settings;
    this.sound = sound;
    this.camera = camera;
  }

  static async open(settings: PeerSettings): Promise<Peer> {
    await allowAddresses();
    const sound = await Sound.open(settings.sound);
    const camera = settings.camera && (await openCamera(settings.camera));
    const peer = new Peer(settings, sound, camera);
    await peer.#open();
    return peer;
  }

  async offer(): Promise<string> {
    this.session.addMedia({ video: true });
    await this.#useDevices();
    return this.session.createOffer();
  }

  async answer(offer: string): Promise<string> {
    await this.#useDevices();
    return this.session.answer(offer);
  }

  get session(): PeerSession {
    if (!this.#session) throw new Error('not opened');
    return this.#session;
  }

  /** The codecs in use by direction (`audio.send`): `wasm`, or the reason for the browser's. */
  get paths(): Readonly<Record<string, string>> {
    const decisions = this.core?.statistics.decisions;
    const ways = (['audio', 'video'] as const).flatMap((kind) =>
      (['send', 'receive'] as const).map((flow) => {
        const decision = decisions?.[kind][flow];
        return [`${kind}.${flow}`, decision?.path === 'wasm' ? 'wasm' : (decision?.reason ?? 'no core')] as const;
      }),
    );
    return Object.fromEntries(ways);
  }

  /** A loopback to its own devices, without the other side. */
  playOneself(): void {
    const tracks = [this.sound.track, this.camera?.track].filter((track) => track !== undefined);
    this.video.srcObject = new MediaStream(tracks);
    this.sound.listen(new MediaStream(tracks));
  }

  async close(): Promise<void> {
    this.viewer?.close();
    this.session.close();
    this.#closing.abort();
    this.camera?.close();
    await this.sound.close();
    this.video.remove();
  }

  async #open(): Promise<void> {
    const { core, role } = this.#settings;
    if (core) this.core = await this.#openCore(role);
    const connect = this.core?.connect ?? ((configuration) => new RTCPeerConnection(configuration));
    this.#session = new PeerSession({
      iceServers: [],
      remoteStream: this.#remote,
      connect: (configuration) => (this.connection = connect(configuration)),
      observer: {
        onCandidate: (candidate, mid, ufrag) => void this.candidates.push({ candidate, mid, ufrag }),
        onConnectivity: (state) => (this.connectivity = state),
        onStreams: this.#hear,
      },
    });
    this.#show();
  }

  #openCore(role: 'caller' | 'callee'): Promise<MediaCore | undefined> {
    return MediaCore.open({
      preference: 'wasm',
      role: role === 'caller' ? 'initiator' : 'responder',
      remoteStream: this.#remote,
      playSound: this.#settings.audible,
      onStreams: this.#hear,
      filesUrl: CORE_FILES,
      signal: this.#closing.signal,
      launchWorker: (url) => new Worker(url, { type: 'module' }),
      log: (level, message, context) => this.log.push(`${level} ${message} ${JSON.stringify(context)}`),
    });
  }

  readonly #hear = (): void => {
    this.sound.listen(this.#remote);
    this.video.muted = !this.#settings.audible || this.core?.playsSound === true;
  };

  /** As the widget does, but sound and picture in one element. */
  #show(): void {
    const { video } = this;
    const { view, audible } = this.#settings;
    Object.assign(video, { autoplay: true, playsInline: true, muted: !audible, srcObject: this.#remote });
    document.body.append(video);
    if (view === 'nothing') return;
    const judge = view === 'numbers' ? undefined : this.#openJudge(view);
    this.viewer = new Viewer(video, judge);
  }

  #openJudge(clip: ClipSettings): () => void {
    const worker = new Worker('/judge.worker.js', { type: 'module' });
    this.#closing.signal.addEventListener('abort', () => worker.terminate());
    const post = (message: JudgeMessage, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
    worker.onmessage = ({ data }: MessageEvent<Judgement>) => this.judgements.push(data);
    post(clip);
    let judgedAt = -Infinity;
    return () => {
      if (performance.now() - judgedAt < JUDGE_EVERY_MS) return;
      judgedAt = performance.now();
      const frame = new VideoFrame(this.video);
      post(frame, [frame]);
    };
  }

  async #useDevices(): Promise<void> {
    await this.session.useDevices({ audio: this.sound.track, video: this.camera?.track, videoError: undefined });
  }
}

/** With the permission for a device, candidates have addresses in place of mDNS names. */
async function allowAddresses(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}
