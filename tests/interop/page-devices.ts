/** What the microphone and the camera of a page deliver. */
export interface Devices {
  readonly toneHz: number;
  /** CSS colour. */
  readonly colour: string;
}

/**
 * Runs in the page, before its own scripts. Devices are asked for as usual, with all that the browser ties to the
 * permission; then a sine and a picture of one colour take the place of what they deliver.
 */
export function replaceDevices({ toneHz, colour }: Devices): void {
  const size = { width: 320, height: 240 };
  const framesPerSecond = 10;
  const askForDevices = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);

  const sine = (): MediaStreamTrack[] => {
    const context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    const oscillator = new OscillatorNode(context, { frequency: toneHz });
    oscillator.connect(new GainNode(context, { gain: 0.4 })).connect(destination);
    oscillator.start();
    return destination.stream.getAudioTracks();
  };

  // A corner that blinks keeps frames coming.
  const colouredPicture = (): MediaStreamTrack[] => {
    const canvas = Object.assign(document.createElement('canvas'), size);
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no 2d canvas');
    let frame = 0;
    setInterval(() => {
      frame += 1;
      pen.fillStyle = colour;
      pen.fillRect(0, 0, size.width, size.height);
      pen.fillStyle = frame % 2 === 0 ? 'black' : 'white';
      pen.fillRect(0, 0, 16, 16);
    }, 1000 / framesPerSecond);
    return canvas.captureStream(framesPerSecond).getVideoTracks();
  };

  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const granted = await askForDevices(constraints);
    const tracks = granted.getTracks().flatMap((track) => {
      track.stop();
      return track.kind === 'audio' ? sine() : colouredPicture();
    });
    return new MediaStream(tracks);
  };
}
