import {
  CodecError,
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
   * `complexity` of 7 or more, below which libopus sets bits aside for it and sends none: that is an error. It wants an `expectedLoss` above zero, by
   * which it gets its share of the bitrate: 1 s took about 80 kbit/s in all, half a second 48 kbit/s.
   */
  readonly dredDuration?: number;
}

export interface DredEncoderOptions extends OpusEncoderOptions, DredEncoderSettings {}

const MAX_DURATION_MS = 1040;
const STEP_MS = 10;
/** With less libopus does not tell speech from silence in time. */
const LEAST_COMPLEXITY = 7;
/** That of libopus where none is given. */
const DEFAULT_COMPLEXITY = 9;

type Effort = Required<Pick<DredEncoderSettings, 'complexity' | 'dredDuration'>>;

/** An Opus encoder whose packets carry deep redundancy. Made by `OpusDred.createEncoder`. */
export class DredEncoder extends OpusEncoder {
  #effort: Effort;

  /** @internal */
  constructor(core: OpusCore, options: DredEncoderOptions) {
    const effort = effortOf(options, { complexity: DEFAULT_COMPLEXITY, dredDuration: 0 });
    super(core, options, dredControls(options));
    this.#effort = effort;
  }

  /** @throws {CodecError} `invalid-argument`, also for redundancy with a complexity that gives none; `closed`, `crashed` */
  override reconfigure(settings: DredEncoderSettings): void {
    const effort = effortOf(settings, this.#effort);
    this.apply(dredControls(settings));
    this.#effort = effort;
  }
}

function effortOf({ complexity, dredDuration }: DredEncoderSettings, before: Effort): Effort {
  const effort = { complexity: complexity ?? before.complexity, dredDuration: dredDuration ?? before.dredDuration };
  if (effort.dredDuration > 0 && effort.complexity < LEAST_COMPLEXITY) {
    throw new CodecError(
      'invalid-argument',
      `Deep redundancy wants a complexity of at least ${LEAST_COMPLEXITY}, not ${effort.complexity}`,
    );
  }
  return effort;
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
