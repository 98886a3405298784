import type { SoundDevices } from './sound-devices.js';
import type { HearCommand, HearingMessage, OnsetMessage, RecordCommand, SpeakCommand } from './sound-messages.js';

type Generator = MediaStreamTrack & { readonly writable: WritableStream<AudioData> };
interface TrackProcessor {
  readonly readable: ReadableStream<AudioData>;
}

const { MediaStreamTrackGenerator, MediaStreamTrackProcessor } = globalThis as {
  readonly MediaStreamTrackGenerator?: new (init: { readonly kind: 'audio' }) => Generator;
  readonly MediaStreamTrackProcessor?: new (init: { readonly track: MediaStreamTrack }) => TrackProcessor;
};

/**
 * Devices without an AudioContext: audio arrives as regularly as from a sound card, and is analysed on arrival.
 * @param loop what is said, 48 kHz
 * @returns nothing where tracks can be neither written nor read
 */
export function openSoundWorkers(loop: Float32Array): SoundDevices | undefined {
  if (!MediaStreamTrackGenerator || !MediaStreamTrackProcessor) return undefined;
  const Processor = MediaStreamTrackProcessor;
  const track = new MediaStreamTrackGenerator({ kind: 'audio' });
  const microphone = launch('/microphone.worker.js');
  const speak: SpeakCommand = { type: 'speak', loop, sound: track.writable };
  microphone.postMessage(speak, [speak.sound]);
  const ear = launch('/ear.worker.js');
  const tellEar = (command: HearCommand | RecordCommand, transfer: Transferable[] = []) =>
    ear.postMessage(command, transfer);
  const devices: SoundDevices = {
    track,
    onSaid: () => undefined,
    onHeard: () => undefined,
    listen(heard) {
      if (!heard) return;
      const { readable } = new Processor({ track: heard });
      tellEar({ type: 'hear', frames: readable }, [readable]);
    },
    record: (on) => tellEar({ type: 'record', on }),
    close() {
      microphone.terminate();
      ear.terminate();
      track.stop();
      return Promise.resolve();
    },
  };
  microphone.onmessage = ({ data }: MessageEvent<OnsetMessage>) => devices.onSaid(data);
  ear.onmessage = ({ data }: MessageEvent<HearingMessage>) => devices.onHeard(data);
  return devices;
}

function launch(file: string): Worker {
  const worker = new Worker(file, { type: 'module' });
  worker.onerror = (event) => console.error(event.message);
  return worker;
}
