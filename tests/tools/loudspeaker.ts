/** What the programs of a PulseAudio server play, as a person in front of the machine hears it. */
import { runProgram } from './run-program.js';

/** Samples per second of every recording. */
export const SAMPLE_RATE = 48_000;

const BYTES_PER_SAMPLE = 2;
/** What PulseAudio records the sink `speaker` by. */
export const DEVICE = 'speaker.monitor';

/**
 * Records what is played from now on.
 * @param sound  environment that names the server, which has a sink `speaker`
 * @param count  of samples
 * @returns mono samples, -1 to 1, `SAMPLE_RATE` of them a second; silence too, while nothing plays
 */
export async function recordLoudspeaker(sound: NodeJS.ProcessEnv, count: number): Promise<Float32Array> {
  const bytes = count * BYTES_PER_SAMPLE;
  const format = ['--format=s16le', `--rate=${String(SAMPLE_RATE)}`, '--channels=1', '--latency-msec=50'];
  const pcm = await runProgram(['parec', `--device=${DEVICE}`, ...format], sound, { enough: bytes });
  return decodePcm(pcm.subarray(0, bytes));
}

/** Signed 16-bit little-endian mono samples to -1..1. */
export function decodePcm(pcm: Buffer): Float32Array {
  const samples = new Float32Array(pcm.length >> 1);
  for (let index = 0; index < samples.length; index += 1) samples[index] = pcm.readInt16LE(index * 2) / 32768;
  return samples;
}
