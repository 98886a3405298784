import {
  encoderControls,
  OpusEncoder,
  whole,
  type Control,
  type OpusCore,
  type OpusEncoderOptions,
  type OpusEncoderSettings,
} from '@xmpp-call/opus/api';
import { SET_DRED_DURATION } from './dred-exports.js';

/** What can be changed while an encoder runs. What is left out stays as it is. */
export interface DredEncoderSettings extends OpusEncoderSettings {
  /**
   * How far back the redundancy in each packet goes at most, 0 to 1,040 ms in steps of 10, by default 0: none. It wants a
   * `complexity` of 7 or more, below which libopus sets bits aside for it and sends none, and an `expectedLoss` above zero, by
   * which it gets its share of the bitrate: 1 s took about 80 kbit/s in all, half a second 48 kbit/s.
   */
  readonly dredDuration?: number;
}

export interface DredEncoderOptions extends OpusEncoderOptions, DredEncoderSettings {}

const MAX_DURATION_MS = 1040;
const STEP_MS = 10;

/** An Opus encoder whose packets carry deep redundancy. Made by `OpusDred.createEncoder`. */
export class DredEncoder extends OpusEncoder {
  /** @internal */
  constructor(core: OpusCore, options: DredEncoderOptions) {
    super(core, options, dredControls(options));
  }

  override reconfigure(settings: DredEncoderSettings): void {
    this.apply(dredControls(settings));
  }
}

function dredControls(settings: DredEncoderSettings): Control[] {
  const controls = encoderControls(settings);
  const { dredDuration } = settings;
  if (dredDuration !== undefined) {
    const milliseconds = whole(dredDuration, 0, MAX_DURATION_MS, 'dredDuration');
    controls.push([SET_DRED_DURATION, Math.round(milliseconds / STEP_MS)]);
  }
  return controls;
}
