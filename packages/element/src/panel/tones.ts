export type Tone = 'ringback' | 'ring';

/** Seconds from the start and of length, and the frequencies in Hz that sound together. */
type Note = readonly [at: number, length: number, ...frequencies: number[]];

/** Length in seconds of one round, peak level (0 to 1), how fast notes fade like a bell (1/s), and the notes. */
const TONES: Readonly<Record<Tone, readonly [period: number, level: number, decay: number, notes: readonly Note[]]>> = {
  ringback: [5, 0.07, 0, [[0, 1, 425]]],
  ring: [
    3,
    0.22,
    5,
    [
      [0, 0.7, 659.26, 1318.51],
      [0.18, 0.7, 783.99, 1567.98],
      [0.36, 1.1, 987.77, 1975.53],
    ],
  ],
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
    const samples = toneSamples(this.#wanted);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: SAMPLE_RATE });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    source.connect(context.destination);
    source.start();
  }

  #silence(): void {
    const context = this.#context;
    this.#context = undefined;
    if (context !== undefined && context.state !== 'closed') void context.close();
  }
}

/** One round of a tone: mono samples from -1 to 1 at 16 kHz. */
export function toneSamples(tone: Tone): Float32Array<ArrayBuffer> {
  const [period, level, decay, notes] = TONES[tone];
  return Float32Array.from({ length: period * SAMPLE_RATE }, (_, i) => {
    let sample = 0;
    for (const [at, length, ...frequencies] of notes) {
      const t = i / SAMPLE_RATE - at;
      const envelope = Math.min(1, t / FADE, (length - t) / FADE) * Math.exp(-decay * t);
      if (envelope <= 0) continue;
      for (const frequency of frequencies) {
        sample += (level * envelope * Math.sin(2 * Math.PI * frequency * t)) / frequencies.length;
      }
    }
    return sample;
  });
}
