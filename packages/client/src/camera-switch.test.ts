import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CameraSwitch } from './camera-switch.js';
import type { CameraHost } from './camera-switch.js';

/** A camera whose steps are finished by the test, in its own order. */
class Camera implements CameraHost {
  cameraOn = false;
  readonly done: string[] = [];
  readonly stopped: number[] = [];
  #opened = 0;
  #waiting: { readonly name: string; finish(): void; fail(error: Error): void }[] = [];

  open(): Promise<MediaStreamTrack> {
    const id = ++this.#opened;
    const track = { stop: () => this.stopped.push(id) } as unknown as MediaStreamTrack;
    return this.#step('open', track, () => undefined);
  }

  start(): Promise<void> {
    return this.#step('start', undefined, () => (this.cameraOn = true));
  }

  stop(): Promise<void> {
    return this.#step('stop', undefined, () => (this.cameraOn = false));
  }

  /** Lets the step under way come to its end. */
  async finish(name: string, error?: Error): Promise<void> {
    await settled();
    const step = this.#waiting.shift();
    assert.equal(step?.name, name);
    if (error) step.fail(error);
    else step.finish();
    await settled();
  }

  #step<T>(name: string, result: T, effect: () => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        name,
        finish: () => {
          this.done.push(name);
          effect();
          resolve(result);
        },
        fail: reject,
      });
    });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('CameraSwitch', () => {
  it('puts a camera away that opens after it was turned off', async () => {
    const camera = new Camera();
    const control = new CameraSwitch(false);
    const on = control.set(true, Promise.resolve(camera));
    await settled();
    await control.set(false, Promise.resolve(camera));
    await camera.finish('open');
    await on;
    assert.deepEqual([camera.cameraOn, camera.done, camera.stopped], [false, ['open'], [1]]);
  });

  it('keeps a camera that is wanted again by the time it opens', async () => {
    const camera = new Camera();
    const control = new CameraSwitch(false);
    const first = control.set(true, Promise.resolve(camera));
    await settled();
    await control.set(false, Promise.resolve(camera));
    const last = control.set(true, Promise.resolve(camera));
    await camera.finish('open');
    await camera.finish('start');
    await Promise.all([first, last]);
    assert.deepEqual([camera.cameraOn, camera.stopped], [true, []]);
  });

  it('turns off what was turned off while it started', async () => {
    const camera = new Camera();
    const control = new CameraSwitch(false);
    const on = control.set(true, Promise.resolve(camera));
    await camera.finish('open');
    const off = control.set(false, Promise.resolve(camera));
    await camera.finish('start');
    await camera.finish('stop');
    await Promise.all([on, off]);
    assert.equal(camera.cameraOn, false);
  });

  it('turns on again what was turned on while it stopped', async () => {
    const camera = new Camera();
    camera.cameraOn = true;
    const control = new CameraSwitch(true);
    const off = control.set(false, Promise.resolve(camera));
    await settled();
    const on = control.set(true, Promise.resolve(camera));
    await camera.finish('stop');
    await camera.finish('open');
    await camera.finish('start');
    await Promise.all([off, on]);
    assert.equal(camera.cameraOn, true);
  });

  it('is off after a camera that cannot be had, and can be tried again', async () => {
    const camera = new Camera();
    const control = new CameraSwitch(false);
    const on = control.set(true, Promise.resolve(camera));
    const refused = assert.rejects(on, { message: 'no camera' });
    await camera.finish('open', new Error('no camera'));
    await refused;
    assert.equal(control.wanted, false);
    const again = control.set(true, Promise.resolve(camera));
    await camera.finish('open');
    await camera.finish('start');
    await again;
    assert.equal(camera.cameraOn, true);
  });
});
