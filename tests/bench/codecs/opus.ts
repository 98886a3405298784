/** Measurements of `@xmpp-call/opus`, in whichever engine they run. */
import init, { type Opus } from '@xmpp-call/opus';
import { SAMPLES_PER_FRAME, SAMPLE_RATE, type SoundRequest, sound } from './material.js';
import { anew } from './modules.js';
import { type FrameTimes, type Host, type Run, timeFrames } from './timing.js';

export interface OpusRequest extends Run, Pick<SoundRequest, 'kind'> {
  /** bits/s */
  readonly bitrate: number;
  readonly complexity: number;
}

/** Largest packet of one frame, in bytes (RFC 6716 §3.2.1). */
export const MAX_PACKET_BYTES = 1276;

export const OPUS_FORMATS = {
  speech: { channels: 1, application: 'voip' },
  music: { channels: 2, application: 'audio' },
} as const;

export class OpusBench {
  readonly #host: Host;
  #shared: Promise<Opus> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async encode(request: OpusRequest): Promise<FrameTimes> {
    return encodeSound(this.#host, await this.#opus(), request, sound(request));
  }

  async decode(request: OpusRequest): Promise<FrameTimes> {
    return this.decodePackets(request, await this.packets(request));
  }

  async packets(request: OpusRequest): Promise<Uint8Array<ArrayBuffer>[]> {
    const packets: Uint8Array<ArrayBuffer>[] = [];
    encodeSound(this.#host, await this.#opus(), request, sound(request), (packet) => packets.push(packet.slice()));
    return packets;
  }

  async decodePackets(request: OpusRequest, packets: readonly Uint8Array[]): Promise<FrameTimes> {
    return decodeSound(this.#host, await this.#opus(), request, packets);
  }

  /** Bytes of memory after `frames` frames in a fresh instance each. */
  async heap(request: OpusRequest): Promise<{ readonly encoder: number; readonly decoder: number }> {
    const packets = await this.packets(request);
    const encoding = await this.#fresh();
    encodeSound(this.#host, encoding, request, sound(request));
    const decoding = await this.#fresh();
    decodeSound(this.#host, decoding, request, packets);
    return { encoder: encoding.memoryBytes, decoder: decoding.memoryBytes };
  }

  #opus(): Promise<Opus> {
    this.#shared ??= this.#host.moduleBytes('opus').then((bytes) => init(bytes));
    return this.#shared;
  }

  async #fresh(): Promise<Opus> {
    return init(anew(await this.#host.moduleBytes('opus')));
  }
}

function encodeSound(
  host: Host,
  opus: Opus,
  { kind, bitrate, complexity, frames, skip }: OpusRequest,
  samples: Float32Array<ArrayBuffer>,
  take?: (packet: Uint8Array<ArrayBuffer>) => void,
): FrameTimes {
  const { channels, application } = OPUS_FORMATS[kind];
  const encoder = opus.createEncoder({ sampleRate: SAMPLE_RATE, channels, application, bitrate, complexity });
  const packet = new Uint8Array(MAX_PACKET_BYTES);
  const length = SAMPLES_PER_FRAME * channels;
  const parts = Array.from({ length: frames }, (_, index) => samples.subarray(index * length, (index + 1) * length));
  const times = timeFrames(host, { frames, skip }, (index) => {
    const part = parts[index];
    if (part === undefined) throw new RangeError('fewer samples than frames');
    const bytes = encoder.encode(part, packet);
    take?.(packet.subarray(0, bytes));
  });
  encoder.dispose();
  return times;
}

function decodeSound(
  host: Host,
  opus: Opus,
  { kind, frames, skip }: OpusRequest,
  packets: readonly Uint8Array[],
): FrameTimes {
  const { channels } = OPUS_FORMATS[kind];
  const decoder = opus.createDecoder({ sampleRate: SAMPLE_RATE, channels });
  const samples = new Float32Array(SAMPLES_PER_FRAME * channels);
  const times = timeFrames(host, { frames, skip }, (index) => {
    const packet = packets[index];
    if (packet === undefined) throw new RangeError('fewer packets than frames');
    decoder.decode(packet, samples);
  });
  decoder.dispose();
  return times;
}
