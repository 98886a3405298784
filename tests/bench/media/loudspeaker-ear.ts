/** Hears what the browser plays, as a person in front of the machine does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { recorder } from '../../tools/loudspeaker.js';
import { OnsetReporter } from './page/onset-reporter.js';

const BYTES_PER_SAMPLE = 4;

export class LoudspeakerEar {
  /** When chirps were heard, ms since the epoch. */
  readonly heard: number[] = [];
  readonly #recorder: ChildProcess;
  readonly #onsets = new OnsetReporter();
  #rest = Buffer.alloc(0);

  private constructor(recorder: ChildProcess) {
    this.#recorder = recorder;
    recorder.stdout?.on('data', (bytes: Buffer) => this.#hear(bytes, performance.timeOrigin + performance.now()));
  }

  /** @param sound environment that names the sound server, which has a sink `speaker` */
  static async open(sound: NodeJS.ProcessEnv): Promise<LoudspeakerEar> {
    const [program, ...parameters] = recorder('float32le', 5);
    const recording = spawn(program, parameters, {
      env: { ...process.env, ...sound },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(recording, 'spawn');
    return new LoudspeakerEar(recording);
  }

  async close(): Promise<void> {
    const ended = once(this.#recorder, 'close');
    this.#recorder.kill();
    await ended;
  }

  /** @param at ms since the epoch */
  #hear(bytes: Buffer, at: number): void {
    const all = Buffer.concat([this.#rest, bytes]);
    const samples = new Float32Array(Math.floor(all.length / BYTES_PER_SAMPLE));
    for (let index = 0; index < samples.length; index += 1) samples[index] = all.readFloatLE(index * BYTES_PER_SAMPLE);
    this.#rest = all.subarray(samples.length * BYTES_PER_SAMPLE);
    const onset = this.#onsets.process(samples, at);
    if (onset !== undefined) this.heard.push(onset);
  }
}
