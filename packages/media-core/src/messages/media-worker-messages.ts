import type {
  CodecPath,
  CoreDecisions,
  CorePreference,
  MediaFlow,
  MediaKind,
  WarmUp,
} from '../core/choice/core-choice.js';
import type { CoreStatistics } from '../core/core-statistics.js';
import type { RateSample } from '../core/rate/rate-controller.js';

/** Options of `RTCRtpScriptTransform`: the direction of a medium whose frames the transform gets. */
export interface TransformOptions {
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
}

/** Sample rate on all audio ports [Hz]: mono PCM with full scale at 1. */
export const AUDIO_SAMPLE_RATE = 48_000;
/** Length of a block from the capture worklet [samples]: 5.3 ms, two render quanta of an AudioContext. */
export const CAPTURE_BLOCK = 256;

/** Capture worklet to worker, every 5.3 ms. The buffer is transferred. */
export interface CaptureBlock {
  /** CAPTURE_BLOCK samples from the worklet, any number from a track processor. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Position of the first sample [samples], from `currentFrame`. A jump means that samples are missing. */
  readonly frame: number;
}

/** Worker to capture worklet: a buffer to use again. Transferred. */
export type CaptureRecycled = Float32Array<ArrayBuffer>;

/** Capabilities that only the page can determine; the worker determines the others. */
export interface PageCapabilities {
  /** RTCRtpScriptTransform. */
  readonly transforms: boolean;
  /** MediaStreamTrackGenerator: the page can make a track of decoded frames. */
  readonly trackGenerator: boolean;
  /** VideoFrame, and an API that gives captured frames as VideoFrames. */
  readonly videoFrames: boolean;
  /** Chromium or Firefox on a desktop. */
  readonly provenBrowser: boolean;
  /** Whether the call negotiated Opus for audio, VP8 for video. */
  readonly codecNegotiated: Readonly<Record<MediaKind, boolean>>;
  /** `navigator.hardwareConcurrency`. */
  readonly cores?: number | undefined;
  /** GiB, `navigator.deviceMemory`. */
  readonly memory?: number | undefined;
  readonly pageHidden: boolean;
  /** The AudioContext runs and has the worklets. */
  readonly audioRunning: boolean;
}

/** Statistics of the connection from getStats, every 100 ms. Values that the browser does not report are left out. */
export interface NetworkReport {
  /** Input of the rate control for sent video. The worker adds carrier bytes and the peer's reports. */
  readonly video: Omit<RateSample, 'report' | 'carrierBytes' | 'wasmBytes'>;
  /** Round-trip time of the candidate pair [ms]. */
  readonly roundTripMs?: number | undefined;
  /** Counters of the sent streams as RTCP reports them (remote-inbound-rtp) and of the received ones; every second. */
  readonly counters?: Readonly<Record<MediaKind, Readonly<Record<MediaFlow, StreamCounters>>>> | undefined;
}

/** Counters since the start of the stream. */
export interface StreamCounters {
  readonly packets?: number | undefined;
  readonly packetsLost?: number | undefined;
  /** Share of sent packets lost in the last interval that the peer reported (RFC 3550 §6.4.1), 0 to 1. */
  readonly lossFraction?: number | undefined;
  /** Interarrival jitter [ms]. */
  readonly jitterMs?: number | undefined;
}

/** Settings of the captured camera or screen. */
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
  /** URLs of the codec modules. */
  readonly opusUrl: string;
  readonly vp8Url: string;
  readonly preference: CorePreference;
  readonly capabilities: PageCapabilities;
  /** 8 bytes, with which the peer marks its frames to us. */
  readonly token: Uint8Array;
  /** Number of earlier workers in this call. */
  readonly generation: number;
  /** Selects the key of each direction in frame encryption. */
  readonly role: 'initiator' | 'responder';
  /** Measurements of earlier calls of the page, which are not repeated. */
  readonly warmUp?: WarmUp | undefined;
  /** Whether the browser's video is scaled down, or encoded in full size, which makes its bitrate a measure of the capacity. */
  readonly videoCarrier: 'scaled' | 'full';
  /** Maximum bitrate of audio and of video [bits/s]. */
  readonly maxBitrate?: Readonly<Partial<Record<MediaKind, number>>> | undefined;
}

/** Page to a second worker of the same script, which only encodes frames for the media worker at the other end of the port. */
export interface HelperMessage {
  readonly type: 'encode-for';
  /** Transferred. */
  readonly port: MessagePort;
}

export type PageMessage =
  | StartMessage
  /** The token with which we mark frames to the peer; undefined for a plain peer. */
  | { readonly type: 'peer-token'; readonly token?: Uint8Array | undefined }
  | { readonly type: 'capabilities'; readonly capabilities: PageCapabilities }
  | { readonly type: 'preference'; readonly preference: CorePreference }
  /** Carries CaptureBlock to the worker and CaptureRecycled back. Replaces an earlier audio source. Transferred. */
  | { readonly type: 'capture-audio'; readonly port: MessagePort }
  /** Leads to the worker that encodes frames for this one. Transferred. */
  | { readonly type: 'encoder'; readonly port: MessagePort }
  /** The readable of a track processor. Replaces an earlier audio source. Transferred. */
  | { readonly type: 'capture-audio-stream'; readonly frames: ReadableStream<AudioData> }
  | { readonly type: 'capture-settings'; readonly settings: CaptureSettings }
  /** The readable of a track processor. Replaces an earlier one. Transferred. */
  | { readonly type: 'capture-video'; readonly frames: ReadableStream<VideoFrame> }
  /** One captured frame, where the browser has no track processor. Transferred; the worker closes it. */
  | { readonly type: 'video-frame'; readonly frame: VideoFrame }
  /** Capture has ended: the browser's frames are sent. */
  | { readonly type: 'capture-ended'; readonly kind: MediaKind }
  /** Carries RendererCommand to the worklet and RendererMessage back. Replaces an earlier port. Transferred. */
  | { readonly type: 'playout-audio'; readonly port: MessagePort }
  /** The writable of a track generator. Transferred. */
  | { readonly type: 'playout-video'; readonly frames: WritableStream<VideoFrame> }
  | { readonly type: 'network'; readonly report: NetworkReport }
  /** The candidate pair changed. */
  | { readonly type: 'route-changed' }
  /** Latency between microphone and worklet, and between worklet and loudspeaker [ms]. */
  | { readonly type: 'device-latency'; readonly captureMs: number; readonly playoutMs: number }
  /** Frames to a peer with the core are encrypted with this key from now on; without a secret they are not encrypted. */
  | { readonly type: 'frame-key'; readonly id: number; readonly secret?: Uint8Array | undefined }
  /** Received video frames were lost: the worker requests a key frame and decodes from there. */
  | { readonly type: 'want-key-frame' }
  /** Closes and disposes everything. Answered with `stopped`. */
  | { readonly type: 'stop' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type WorkerMessage =
  /** The codecs are loaded and measured. */
  | { readonly type: 'ready'; readonly warmUp: WarmUp }
  /** Codecs that were too slow, or could not be measured, have been measured again. */
  | { readonly type: 'measured'; readonly warmUp: WarmUp }
  /** One of our encoders failed. Decoders are left out: the peer's frames may be the cause. */
  | { readonly type: 'codec-failed'; readonly kind: MediaKind }
  /** No codec can be loaded: frames pass unchanged. */
  | { readonly type: 'unavailable'; readonly reason: string }
  /** Sent on every change. The page captures and plays for directions on `wasm`, and scales the carrier. */
  | { readonly type: 'decisions'; readonly decisions: CoreDecisions }
  /** Sent every second. */
  | { readonly type: 'statistics'; readonly sample: CoreStatistics }
  /** Path of received media from now on: `native` comes from the browser's track, `wasm` from the page's playout. */
  | { readonly type: 'receiving'; readonly kind: MediaKind; readonly path: CodecPath }
  /** Path of sent media from this frame on. It may change later than the decision, and stay `native` where we have no frames. */
  | { readonly type: 'sending'; readonly kind: MediaKind; readonly path: CodecPath }
  /** The stream of `capture-audio-stream` cannot be used: the page captures with the worklet instead. */
  | { readonly type: 'audio-stream-refused'; readonly reason: string }
  /** The page has to request a key frame from the browser's encoder, because the worker cannot. */
  | { readonly type: 'key-frame-wanted' }
  /**
   * State of frame encryption: while `failing`, received frames cannot be opened, or frames to send cannot be sealed and are
   * not sent. With the reason `foreign-peer` they are sent without encryption.
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
