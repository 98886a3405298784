/** What the programs of a PulseAudio server play, as a person in front of the machine hears it. */
import { runProgram } from './run-program.js';

/** Samples per second of every recording. */
export const SAMPLE_RATE = 48_000;

const BYTES_PER_SAMPLE = 2;

/** A program that writes what is played to its output, one channel. @param latencyMs of what it writes at once */
export const recorder = (format: 's16le' | 'float32le', latencyMs: number): readonly [string, ...string[]] => [
  'parec',
  '--device=speaker.monitor',
  `--format=${format}`,
  `--rate=${String(SAMPLE_RATE)}`,
  '--channels=1',
  `--latency-msec=${String(latencyMs)}`,
];

/**
 * Records what is played from now on.
 * @param sound  environment that names the server, which has a sink `speaker`
 * @param count  of samples
 * @returns mono samples, -1 to 1, `SAMPLE_RATE` of them a second; silence too, while nothing plays
 */
export async function recordLoudspeaker(sound: NodeJS.ProcessEnv, count: number): Promise<Float32Array> {
  const bytes = count * BYTES_PER_SAMPLE;
  const pcm = await runProgram(recorder('s16le', 50), sound, { enough: bytes });
  return decodePcm(pcm.subarray(0, bytes));
}

/** Signed 16-bit little-endian mono samples to -1..1. */
export function decodePcm(pcm: Buffer): Float32Array {
  const samples = new Float32Array(pcm.length >> 1);
  for (let index = 0; index < samples.length; index += 1) samples[index] = pcm.readInt16LE(index * 2) / 32768;
  return samples;
}
