import { PROGRESS_TONES, RING, digitPlan } from './tone-plans.js';
import type { ProgressTone, TonePlan, ToneRegion } from './tone-plans.js';

/** What sounds until another tone, or none, is asked for. */
export type Tone = ProgressTone | 'ring';

/** Seconds of fade at both ends of a note, so that it does not click. */
const FADE = 0.02;
/** Hz; the tones hold nothing above 2 kHz. */
const SAMPLE_RATE = 16_000;

/** Those who want to sound, in the order of asking: only the first does, so that a page rings with one voice. */
const queue: Tones[] = [];

/** The tones of one element, as loops of computed samples. Silent until asked; holds no audio device while silent. */
export class Tones {
  /** Whose tones the next ones are; see `toneRegion`. */
  region: ToneRegion = 'eu';
  #wanted: Tone | undefined;
  #context: AudioContext | undefined;
  /** That of the keys, and how many of them sound: keys are pressed faster than a context is made. */
  #keyContext: AudioContext | undefined;
  #keys = 0;

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

  /** Feedback for a key of DTMF, once, beside whatever sounds; what is no digit is silent. */
  playDigit(digit: string): void {
    const samples = digitSamples(digit);
    if (!samples) return;
    const context = (this.#keyContext ??= this.createContext());
    this.#keys++;
    startSamples(context, samples, false).addEventListener('ended', () => {
      if (--this.#keys > 0) return;
      this.#keyContext = undefined;
      void context.close();
    });
  }

  #sound(): void {
    if (this.#wanted === undefined || this.#context !== undefined) return;
    const context = this.createContext();
    this.#context = context;
    startSamples(context, toneSamples(this.#wanted, this.region), true);
  }

  #silence(): void {
    const context = this.#context;
    this.#context = undefined;
    if (context !== undefined && context.state !== 'closed') void context.close();
  }
}

function startSamples(context: AudioContext, samples: Float32Array<ArrayBuffer>, loop: boolean): AudioBufferSourceNode {
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: SAMPLE_RATE });
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer, loop });
  source.connect(context.destination);
  source.start();
  return source;
}

/** One round of a tone: mono samples from -1 to 1 at 16 kHz. */
export function toneSamples(tone: Tone, region: ToneRegion = 'eu'): Float32Array<ArrayBuffer> {
  return samplesOf(tone === 'ring' ? RING : PROGRESS_TONES[region][tone]);
}

/** One key of DTMF; undefined for what is no digit. */
export function digitSamples(digit: string): Float32Array<ArrayBuffer> | undefined {
  const plan = digitPlan(digit);
  return plan && samplesOf(plan);
}

function samplesOf([period, level, decay, notes]: TonePlan): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round(period * SAMPLE_RATE) }, (_, i) => {
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
