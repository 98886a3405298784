export type CorePreference = 'auto' | 'native' | 'wasm';
export type CodecPath = 'native' | 'wasm';
export type MediaKind = 'audio' | 'video';
export type MediaFlow = 'send' | 'receive';

/** Why a path was chosen. */
export type CoreReason =
  /** The embedder said so. */
  | 'preferred'
  /** WASM: everything it takes is there and fast enough. */
  | 'fit'
  /** Native, for what the browser, the page or the call lack: */
  | 'no-transforms'
  | 'no-simd'
  | 'forbidden-by-csp'
  /** Receiving video: the browser cannot make a track of decoded frames outside the main thread. */
  | 'no-track-generator'
  /** Video: the browser gives no VideoFrames of the camera or cannot make any, for example where it resists fingerprinting. */
  | 'no-video-frames'
  | 'module-failed'
  /** The core's script or its worker could not be loaded, or not in time for the call. */
  | 'not-loaded'
  /** The call did not agree on Opus or VP8. */
  | 'other-codec'
  /** The peer is none of our widgets, or does not send trailers. Only `wasm` sends to it. */
  | 'foreign-peer'
  /** Native, for now: */
  | 'module-loading'
  | 'not-measured'
  | 'page-hidden'
  | 'settling'
  /** Native, while the network path has no queue: the browser's frames are as good there, and arrive earlier. */
  | 'uncongested-path'
  /** Native, for what the device can do, or for a kind of browser in which nobody has measured: */
  | 'unproven-browser'
  | 'too-slow'
  | 'weak-device'
  /** Native, for the life of the page: the core has failed twice there. */
  | 'switched-off'
  /** Native, after trouble: */
  | Trouble;

export type Trouble = 'worker-crashed' | 'codec-failed' | 'overloaded' | 'context-suspended';

export interface CoreCapabilities {
  /** RTCRtpScriptTransform. */
  readonly transforms: boolean;
  /** MediaStreamTrackGenerator. */
  readonly trackGenerator: boolean;
  /** VideoFrame, in the page and in the worker, and an API that gives captured frames as VideoFrames. */
  readonly videoFrames: boolean;
  /** Chromium or Firefox on a desktop: on phones it is not known whether echo cancellation hears what we play. */
  readonly provenBrowser: boolean;
  readonly wasmSimd: boolean;
  /** The page's policy lets WebAssembly be compiled and the worker be started. */
  readonly wasmAllowed: boolean;
  readonly modules: Readonly<Record<MediaKind, 'loading' | 'ready' | 'failed'>>;
  /** Opus for audio, VP8 for video. */
  readonly codecNegotiated: Readonly<Record<MediaKind, boolean>>;
  /** A token was negotiated, so the peer's frames carry trailers. */
  readonly peerSendsTrailers: boolean;
  readonly warmUp: WarmUp;
  /** `navigator.hardwareConcurrency`. */
  readonly cores?: number | undefined;
  /** GiB, `navigator.deviceMemory`. */
  readonly memory?: number | undefined;
  readonly pageHidden: boolean;
  /** The AudioContext runs: audio is captured and played through it. */
  readonly audioRunning: boolean;
}

/** ms per frame once warm, the least of several; undefined until measured. */
export interface WarmUp {
  /** Opus, 20 ms of mono. */
  readonly opusEncode?: number | undefined;
  readonly opusDecode?: number | undefined;
  /** VP8, 640x360 at speed 8. */
  readonly vp8Encode?: number | undefined;
  readonly vp8Decode?: number | undefined;
}

export interface CoreDecision {
  readonly path: CodecPath;
  readonly reason: CoreReason;
  /** ms, monotonic: since when this path has been taken. */
  readonly since: number;
}

export type CoreDecisions = Readonly<Record<MediaKind, Readonly<Record<MediaFlow, CoreDecision>>>>;

/** ms per frame that `auto` accepts in the warm-up. */
const LIMITS: Readonly<Required<Record<keyof WarmUp, number>>> = {
  opusEncode: 2,
  opusDecode: 1,
  vp8Encode: 12,
  vp8Decode: 5,
};
const MEASURES: Readonly<Record<MediaKind, Readonly<Record<MediaFlow, keyof WarmUp>>>> = {
  audio: { send: 'opusEncode', receive: 'opusDecode' },
  video: { send: 'vp8Encode', receive: 'vp8Decode' },
};
const MIN_CORES = 2;
const MIN_MEMORY = 1;

/** The first reason, if any, why this path cannot or, by `auto`, should not be WASM; trouble is not considered. */
export function objection(
  preference: CorePreference,
  capabilities: CoreCapabilities,
  kind: MediaKind,
  flow: MediaFlow,
): CoreReason | undefined {
  if (preference !== 'auto' && preference !== 'wasm') return 'preferred';
  const impossible = impossibility(capabilities, kind, flow);
  if (impossible) return impossible;
  return preference === 'auto' ? imprudence(capabilities, kind, flow) : undefined;
}

function impossibility(capabilities: CoreCapabilities, kind: MediaKind, flow: MediaFlow): CoreReason | undefined {
  if (!capabilities.transforms) return 'no-transforms';
  if (!capabilities.wasmAllowed) return 'forbidden-by-csp';
  if (!capabilities.wasmSimd) return 'no-simd';
  if (kind === 'video' && flow === 'receive' && !capabilities.trackGenerator) return 'no-track-generator';
  if (kind === 'video' && !capabilities.videoFrames) return 'no-video-frames';
  if (!capabilities.codecNegotiated[kind]) return 'other-codec';
  if (flow === 'receive' && !capabilities.peerSendsTrailers) return 'foreign-peer';
  if (capabilities.modules[kind] === 'failed') return 'module-failed';
  if (capabilities.modules[kind] === 'loading') return 'module-loading';
  return kind === 'audio' && !capabilities.audioRunning ? 'context-suspended' : undefined;
}

function imprudence(capabilities: CoreCapabilities, kind: MediaKind, flow: MediaFlow): CoreReason | undefined {
  if (!capabilities.peerSendsTrailers) return 'foreign-peer';
  if (!capabilities.provenBrowser) return 'unproven-browser';
  const { cores = MIN_CORES, memory = MIN_MEMORY, warmUp } = capabilities;
  if (kind === 'video' && (cores < MIN_CORES || memory < MIN_MEMORY)) return 'weak-device';
  const measure = MEASURES[kind][flow];
  const ms = warmUp[measure];
  if (ms === undefined) return 'not-measured';
  return ms > LIMITS[measure] ? 'too-slow' : undefined;
}
