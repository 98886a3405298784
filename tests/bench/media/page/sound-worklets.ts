import type { SoundDevices } from './sound-devices.js';
import type { HearingMessage, OnsetMessage, PlayCommand, RecordCommand } from './sound-messages.js';
import { SAMPLE_RATE } from './sounds.js';

const MONO: AudioWorkletNodeOptions = { channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] };

/**
 * Devices behind an AudioContext's queues, in the bursts that it renders.
 * @param loop what is said, 48 kHz
 */
export async function openSoundWorklets(loop: Float32Array): Promise<SoundDevices> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  await context.resume();
  await context.audioWorklet.addModule('/sound.worklet.js');
  const microphone = new AudioWorkletNode(context, 'bench-microphone', { ...MONO, numberOfInputs: 0 });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  microphone.connect(destination);
  const play: PlayCommand = { type: 'play', loop };
  microphone.port.postMessage(play);
  const ear = new AudioWorkletNode(context, 'bench-ear', MONO);
  // Silent; only what leads to the destination is rendered everywhere.
  ear.connect(context.destination);
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('the microphone has no track');
  let source: MediaStreamAudioSourceNode | undefined;
  const devices: SoundDevices = {
    track,
    onSaid: () => undefined,
    onHeard: () => undefined,
    listen(heard) {
      source?.disconnect();
      source = heard && new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([heard]) });
      source?.connect(ear);
    },
    record(on) {
      const command: RecordCommand = { type: 'record', on };
      ear.port.postMessage(command);
    },
    async close() {
      track.stop();
      await context.close();
    },
  };
  microphone.port.onmessage = ({ data }: MessageEvent<OnsetMessage>) => devices.onSaid(data);
  ear.port.onmessage = ({ data }: MessageEvent<HearingMessage>) => devices.onHeard(data);
  return devices;
}
