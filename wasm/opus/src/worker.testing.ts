// A worker that answers sound, and a module if it is given one, with what comes back from the codec.
import { echo } from './echo.testing.js';

addEventListener('message', ({ data }: MessageEvent<{ module?: WebAssembly.Module; samples: Float32Array }>) => {
  void echo(data.module, data.samples).then((sound) => {
    postMessage(sound);
  });
});
