// Loads the codec where it is run (a worker, or a page under a policy), and tells its opener how it went.
import { load } from './load.testing.js';

if (typeof document === 'undefined') {
  addEventListener('message', ({ data }: MessageEvent<WebAssembly.Module | undefined>) => {
    void load(data).then((result) => {
      postMessage(result);
    });
  });
} else {
  void load().then((result) => {
    parent.postMessage(result, '*');
  });
}
