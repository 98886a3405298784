import type { CoreDecisions, CorePreference, MediaFlow, MediaKind, WarmUp } from '../core/choice/core-choice.js';
import type { CoreStatistics } from '../core/core-statistics.js';
import type { RateSample } from '../core/rate/rate-controller.js';

/** `RTCRtpScriptTransform` options: which way the transform stands in. */
export interface TransformOptions {
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
}

/** Samples per second on all audio ports: mono PCM, full scale at 1. */
export const AUDIO_SAMPLE_RATE = 48_000;
/** Samples of a block from the capture worklet: 5 ms, in whole blocks of an AudioContext. */
export const CAPTURE_BLOCK = 256;

/** Capture worklet to worker, each 5 ms; the buffer is transferred. */
export interface CaptureBlock {
  /** CAPTURE_BLOCK samples. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Position of the first sample, in samples since the worklet began (`currentFrame`): jumps where sound is missing. */
  readonly frame: number;
}

/** Worker to capture worklet: a buffer that may be used again, transferred. */
export type CaptureRecycled = Float32Array<ArrayBuffer>;

/** What the page knows about a call; the worker finds out the rest. */
export interface PageCapabilities {
  /** RTCRtpScriptTransform. */
  readonly transforms: boolean;
  /** MediaStreamTrackGenerator: received pictures can be shown. */
  readonly trackGenerator: boolean;
  /** VideoFrame, and a way for captured pictures to become such. */
  readonly videoFrames: boolean;
  /** Chromium or Firefox on a desktop. */
  readonly provenBrowser: boolean;
  /** Opus, and VP8, are what is negotiated. */
  readonly codecNegotiated: Readonly<Record<MediaKind, boolean>>;
  /** `navigator.hardwareConcurrency`. */
  readonly cores?: number | undefined;
  /** GiB, `navigator.deviceMemory`. */
  readonly memory?: number | undefined;
  readonly pageHidden: boolean;
  /** The AudioContext runs, with the worklets in it. */
  readonly audioRunning: boolean;
}

/** From getStats, each 100 ms; what a browser does not tell is left out. */
export interface NetworkReport {
  /** For the rate of the video sent; the worker counts the carriers and has the peer's reports. */
  readonly video: Omit<RateSample, 'report' | 'carrierBytes' | 'wasmBytes'>;
  /** ms, of the candidate pair. */
  readonly roundTripMs?: number | undefined;
  /** What is sent, as RTCP reports it (remote-inbound-rtp), and what came (inbound-rtp): each second. */
  readonly counters?: Readonly<Record<MediaKind, Readonly<Record<MediaFlow, StreamCounters>>>> | undefined;
}

/** Since the start of the stream. */
export interface StreamCounters {
  readonly packets?: number | undefined;
  readonly packetsLost?: number | undefined;
  /** 0 to 1: what of the packets sent was lost in the last interval that the peer reported. */
  readonly lossFraction?: number | undefined;
  /** ms. */
  readonly jitterMs?: number | undefined;
}

/** How the camera or the screen is captured. */
export interface CaptureSettings {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, nominal. */
  readonly frameRate: number;
  readonly content: 'camera' | 'screen';
}

/** The first message. */
export interface StartMessage {
  readonly type: 'start';
  /** Addresses of the codecs' modules. */
  readonly opusUrl: string;
  readonly vp8Url: string;
  readonly preference: CorePreference;
  readonly capabilities: PageCapabilities;
  /** 8 bytes: what the peer marks its frames to us with. */
  readonly token: Uint8Array;
  /** Number of workers the call had before this one. */
  readonly generation: number;
  /** For the keys of frame encryption. */
  readonly role: 'initiator' | 'responder';
  /** What earlier calls of the page measured: it is not measured again. */
  readonly warmUp?: WarmUp | undefined;
  /** Whether the browser's own video is scaled down, or encoded in full and so a measure of the available bitrate. */
  readonly videoCarrier: 'scaled' | 'full';
  /** bits/s of audio and video at most. */
  readonly maxBitrate?: Readonly<Partial<Record<MediaKind, number>>> | undefined;
}

/**
 * To a worker of the same script that does nothing but this one thing: encode pictures for the media worker at the port's
 * other end. Transferred.
 */
export interface HelperMessage {
  readonly type: 'encode-for';
  readonly port: MessagePort;
}

export type PageMessage =
  | StartMessage
  /** The token that the peer wants to see; without one the peer is none of ours. */
  | { readonly type: 'peer-token'; readonly token?: Uint8Array | undefined }
  | { readonly type: 'capabilities'; readonly capabilities: PageCapabilities }
  | { readonly type: 'preference'; readonly preference: CorePreference }
  /** Of CaptureBlock, and back CaptureRecycled; takes the place of an earlier one. Transferred. */
  | { readonly type: 'capture-audio'; readonly port: MessagePort }
  /** To a worker that encodes pictures for this one. Transferred. */
  | { readonly type: 'encoder'; readonly port: MessagePort }
  /** The same out of a track processor: its readable, transferred. */
  | { readonly type: 'capture-sound'; readonly frames: ReadableStream<AudioData> }
  | { readonly type: 'capture-settings'; readonly settings: CaptureSettings }
  /** A processor's readable, transferred; takes the place of an earlier one. */
  | { readonly type: 'capture-video'; readonly frames: ReadableStream<VideoFrame> }
  /** Where there is no processor: one frame, transferred. The worker closes it. */
  | { readonly type: 'video-frame'; readonly frame: VideoFrame }
  /** Nothing is captured any more: the browser's own frames pass, if there are any. */
  | { readonly type: 'capture-ended'; readonly kind: MediaKind }
  /** Of PlayerCommand, and back PlayerReport; takes the place of an earlier one. Transferred. */
  | { readonly type: 'playout-audio'; readonly port: MessagePort }
  /** A track generator's writable, transferred. */
  | { readonly type: 'playout-video'; readonly frames: WritableStream<VideoFrame> }
  | { readonly type: 'network'; readonly report: NetworkReport }
  /** The candidate pair changed, or ICE was restarted. */
  | { readonly type: 'route-changed' }
  /** ms between microphone and worklet, and between worklet and loudspeaker. */
  | { readonly type: 'device-latency'; readonly captureMs: number; readonly playoutMs: number }
  /** Frames are encrypted from now on, under this key, if the peer is one of ours; without a secret, in the clear. */
  | { readonly type: 'frame-key'; readonly id: number; readonly secret?: Uint8Array | undefined }
  /** The next received video frame that can be decoded is a key frame: the peer is asked for one. */
  | { readonly type: 'want-key-frame' }
  /** Everything is closed and disposed; answered by `stopped`. */
  | { readonly type: 'stop' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type WorkerMessage =
  /** Codecs are loaded and measured. */
  | { readonly type: 'ready'; readonly warmUp: WarmUp }
  /** Codecs that were too slow, or could not be measured, were measured again. */
  | { readonly type: 'measured'; readonly warmUp: WarmUp }
  /** A codec of ours failed to encode. Of a decoder it is not told: the peer's frames may be to blame. */
  | { readonly type: 'codec-failed'; readonly kind: MediaKind }
  /** No codec can be had; frames pass untouched. */
  | { readonly type: 'unavailable'; readonly reason: string }
  /** On every change. The page captures and plays for the ways that are `wasm`, and scales the carrier. */
  | { readonly type: 'decisions'; readonly decisions: CoreDecisions }
  /** Each second. */
  | { readonly type: 'statistics'; readonly sample: CoreStatistics }
  /** Where received media comes out from now on: of the browser's track, or of the playout that the page gave. */
  | { readonly type: 'receiving'; readonly kind: MediaKind; readonly path: 'native' | 'own' }
  /** Where sent media comes from, from this frame on: own frames may follow a decision late, or not be possible. */
  | { readonly type: 'sending'; readonly kind: MediaKind; readonly path: 'native' | 'own' }
  /** The stream of `capture-sound` is of no use: the worklet has to capture. */
  | { readonly type: 'sound-refused'; readonly reason: string }
  /** The browser's video encoder has to make a key frame, and the worker cannot make it do so. */
  | { readonly type: 'key-frame-wanted' }
  /**
   * Encryption: received frames cannot be opened, or can be again; or own ones cannot be sealed and are not sent. With the
   * reason `foreign-peer` they are sent in the clear.
   */
  | {
      readonly type: 'key-event';
      readonly kind: MediaKind;
      readonly flow: MediaFlow;
      readonly state: 'failing' | 'working';
      readonly reason?: string | undefined;
    }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly context: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'stopped' };
