/** A chirp at that time, ms since the epoch. */
export interface OnsetMessage {
  readonly type: 'onset';
  readonly at: number;
}

/** Samples at 48 kHz that were heard. */
export interface RecordingMessage {
  readonly type: 'recording';
  readonly samples: Float32Array<ArrayBuffer>;
}

export type HearingMessage = OnsetMessage | RecordingMessage;

export interface RecordCommand {
  readonly type: 'record';
  readonly on: boolean;
}
export interface PlayCommand {
  readonly type: 'play';
  readonly loop: Float32Array;
}
/** What a microphone plays from now on, and where to. */
export interface SpeakCommand {
  readonly type: 'speak';
  readonly loop: Float32Array;
  readonly sound: WritableStream<AudioData>;
}
/** What a track processor gives from now on. */
export interface HearCommand {
  readonly type: 'hear';
  readonly frames: ReadableStream<AudioData>;
}
