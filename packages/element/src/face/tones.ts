export type Tone = 'ringback' | 'ring';

/** A part of a tone: frequencies sound together from `at` for `length` seconds; `decay` lets them fade like a bell. */
interface Note {
  readonly at: number;
  readonly length: number;
  readonly frequencies: readonly number[];
  readonly decay: boolean;
}

/** Length in seconds of one round, peak level (0 to 1) and notes. */
const TONES: Readonly<
  Record<Tone, { readonly period: number; readonly level: number; readonly notes: readonly Note[] }>
> = {
  ringback: { period: 5, level: 0.07, notes: [{ at: 0, length: 1, frequencies: [425], decay: false }] },
  ring: {
    period: 3,
    level: 0.22,
    notes: [
      { at: 0, length: 0.7, frequencies: [659.26, 1318.51], decay: true },
      { at: 0.18, length: 0.7, frequencies: [783.99, 1567.98], decay: true },
      { at: 0.36, length: 1.1, frequencies: [987.77, 1975.53], decay: true },
    ],
  },
};
/** Seconds of fade at both ends of a note, so that it does not click. */
const FADE = 0.02;
/** Hz; the tones hold nothing above 2 kHz. */
const SAMPLE_RATE = 16_000;

/** Those who want to sound, in the order of asking: only the first does, so that a page rings with one voice. */
const queue: Tones[] = [];

/** The ring-back and ring tones of one element, as a loop of computed samples. Silent until asked; holds no audio device while silent. */
export class Tones {
  #wanted: Tone | undefined;
  #context: AudioContext | undefined;

  constructor(private readonly createContext: () => AudioContext = () => new AudioContext()) {}

  /** What is being asked for; heard unless another element of the page rings. */
  get tone(): Tone | undefined {
    return this.#wanted;
  }

  /** Whether this one is heard. */
  get sounding(): boolean {
    return this.#context !== undefined;
  }

  /** Plays a tone until another one, or none, is asked for. */
  play(tone: Tone | undefined): void {
    if (tone === this.#wanted) return;
    this.#silence();
    this.#wanted = tone;
    const place = queue.indexOf(this);
    if (tone === undefined) {
      if (place !== -1) queue.splice(place, 1);
    } else if (place === -1) {
      queue.push(this);
    }
    const first = queue[0];
    if (first !== undefined) first.#sound();
  }

  #sound(): void {
    if (this.#wanted === undefined || this.#context !== undefined) return;
    const context = this.createContext();
    this.#context = context;
    const source = new AudioBufferSourceNode(context, { buffer: toneBuffer(this.#wanted), loop: true });
    source.connect(context.destination);
    source.start();
  }

  #silence(): void {
    const context = this.#context;
    this.#context = undefined;
    if (context !== undefined && context.state !== 'closed') void context.close();
  }
}

function toneBuffer(tone: Tone): AudioBuffer {
  const samples = toneSamples(tone);
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: SAMPLE_RATE, numberOfChannels: 1 });
  buffer.copyToChannel(samples, 0);
  return buffer;
}

/** One round of a tone: mono samples from -1 to 1 at 16 kHz. */
export function toneSamples(tone: Tone): Float32Array<ArrayBuffer> {
  const { period, level, notes } = TONES[tone];
  const samples = new Float32Array(period * SAMPLE_RATE);
  for (const note of notes) {
    const start = Math.round(note.at * SAMPLE_RATE);
    const length = Math.round(note.length * SAMPLE_RATE);
    for (let i = 0; i < length; i++) {
      const t = i / SAMPLE_RATE;
      const envelope = Math.min(1, t / FADE, (note.length - t) / FADE) * (note.decay ? Math.exp(-5 * t) : 1);
      let value = 0;
      for (const frequency of note.frequencies) value += Math.sin(2 * Math.PI * frequency * t);
      const at = start + i;
      samples[at] = (samples[at] ?? 0) + (level * envelope * value) / note.frequencies.length;
    }
  }
  return samples;
}
