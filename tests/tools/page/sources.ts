import { HEIGHT, WIDTH, paintBarCode } from './bar-code.js';

const FRAME_RATE = 25;
const TONE_GAIN = 0.3;

/** Which microphone and camera the page believes to have. */
export interface SourceOptions {
  /** Number in the bar code, 0 to 255. */
  readonly sender: number;
  /** Frequency of the microphone's tone, Hz. */
  readonly toneHz: number;
}

/** One per page: browsers limit their number. */
let audioContext: AudioContext | undefined;

export function sharedAudioContext(): AudioContext {
  audioContext ??= new AudioContext({ sampleRate: 48_000 });
  return audioContext;
}

/** Tracks handed out to the page, to be counted for leaks. */
const tracks: MediaStreamTrack[] = [];

export function liveTracks(): number {
  return tracks.filter((track) => track.readyState === 'live').length;
}

/** Cameras by the number that they show. */
const cameras = new Map<number, HTMLCanvasElement>();
let devices: SourceOptions | undefined;

/** Replaces getUserMedia by a tone and a moving bar code. Devices still are listed by the browser. */
export function installSources(options: SourceOptions): void {
  devices = options;
  MediaDevices.prototype.getUserMedia = async (constraints) => {
    const wanted = constraints ?? {};
    if (!wanted.audio && !wanted.video) throw new TypeError('neither audio nor video is asked for');
    const opened = await openDevices(wanted);
    tracks.push(...opened);
    return new MediaStream(opened);
  };
}

/** What getUserMedia opens from now on. */
export function plugIn(options: SourceOptions): void {
  devices = options;
}

/** Opens what is plugged in; not counted as handed out to the page. */
export async function openDevices(wanted: MediaStreamConstraints): Promise<MediaStreamTrack[]> {
  if (!devices) throw new Error('there are no test devices');
  return [
    ...(wanted.audio ? await openMicrophone(devices.toneHz) : []),
    ...(wanted.video ? openCamera(devices.sender) : []),
  ];
}

function openCamera(sender: number): MediaStreamTrack[] {
  const canvas = cameras.get(sender) ?? startPainting(sender);
  cameras.set(sender, canvas);
  // Firefox delivers no frame when it is given a rate and the timer is slower.
  const stream = navigator.userAgent.includes('Firefox') ? canvas.captureStream() : canvas.captureStream(FRAME_RATE);
  return stream.getVideoTracks();
}

async function openMicrophone(toneHz: number): Promise<MediaStreamTrack[]> {
  const context = sharedAudioContext();
  await context.resume();
  const oscillator = new OscillatorNode(context, { frequency: toneHz });
  const gain = new GainNode(context, { gain: TONE_GAIN });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks();
}

function startPainting(sender: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2d canvas');
  let counter = 0;
  const paint = () => {
    paintBarCode(
      (colour, x, y, width, height) => {
        context.fillStyle = `rgb(${colour.join(' ')})`;
        context.fillRect(x, y, width, height);
      },
      sender,
      counter,
    );
    counter += 1;
  };
  paint();
  setInterval(paint, 1000 / FRAME_RATE);
  return canvas;
}
