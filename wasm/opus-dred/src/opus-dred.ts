import { Opus } from '@xmpp-call/opus/api';
import { DredDecoder, type DredDecoderOptions } from './dred-decoder.js';
import { DredEncoder, type DredEncoderOptions } from './dred-encoder.js';
import type { DredExports } from './dred-exports.js';

/** A loaded module, as `Opus`, with deep redundancy and at most 128 MB of memory. */
export class OpusDred extends Opus<DredExports> {
  override createEncoder(options: DredEncoderOptions): DredEncoder {
    return new DredEncoder(this.core, options);
  }

  override createDecoder(options: DredDecoderOptions): DredDecoder {
    return new DredDecoder(this.core, options);
  }
}
