import { expect } from '@esm-bundle/chai';
import type { Call, CallClientOptions, CallMedia, MediaCorePreference } from './api.js';
import { WorkerCallClient } from './call-client.js';
import type { Clock } from './clock.js';
import type { XmppCallError } from './errors.js';
import type { FakeWorker } from './fake-worker.testing.js';
import { Loopback } from './loopback.testing.js';

export const VIDEO = { audio: true, video: true } as const;

/** A client of these workers: of several each is launched once. Without the media core, if the options do not ask for it. */
export function client(
  worker: FakeWorker | readonly FakeWorker[],
  options: Partial<CallClientOptions> = {},
  clock?: Clock,
): WorkerCallClient {
  const workers = [worker].flat();
  const launch = () => {
    const next = workers.length > 1 ? workers.shift() : workers[0];
    if (!next) throw new Error('no worker');
    return next;
  };
  return new WorkerCallClient(
    { domain: 'example.org', log: () => undefined, mediaCore: 'native', ...options },
    launch,
    clock,
  );
}

/** Resolves once `holds`, checked now and at each event of `type`. */
export function until(target: EventTarget, type: string, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds()) return;
      target.removeEventListener(type, check);
      resolve();
    };
    target.addEventListener(type, check);
    check();
  });
}

export const reaches = (call: Call, state: Call['state']) => until(call, 'state-change', () => call.state === state);

export async function incoming(on: WorkerCallClient): Promise<Call> {
  return new Promise((resolve) => {
    on.addEventListener('incoming-call', ({ call }) => {
      resolve(call);
    });
  });
}

export interface Scenario {
  readonly loopback?: Loopback;
  readonly media?: CallMedia;
  /** With what the callee accepts, where that is something else. */
  readonly answerWith?: CallMedia;
  /** What both calls are asked for before they have media. */
  readonly core?: MediaCorePreference;
  readonly clock?: Clock;
}

/** Two clients in a call with each other. */
export async function establish(
  options: Partial<CallClientOptions> = {},
  { loopback = new Loopback(), media = VIDEO, answerWith = media, core, clock }: Scenario = {},
) {
  const caller = client(loopback.caller, options, clock);
  const callee = client(loopback.callee, options, clock);
  await callee.connect();
  const rung = incoming(callee);
  const outgoing = caller.call('callee@example.org', media);
  if (core) expect(outgoing.setMediaCore(core)).to.equal(true);
  const answered = await rung;
  if (core) expect(answered.setMediaCore(core)).to.equal(true);
  await answered.accept(answerWith);
  await Promise.all([reaches(outgoing, 'active'), reaches(answered, 'active')]);
  const dispose = () => Promise.all([caller.dispose(), callee.dispose()]);
  return { loopback, caller, callee, outgoing, answered, dispose };
}

/** Frames are decoded: the element reports a picture and its time moves. */
export async function showsPicture(stream: MediaStream): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  document.body.append(video);
  await video.play();
  await until(video, 'timeupdate', () => video.videoWidth > 0 && video.currentTime > 0);
  video.remove();
}

/** What a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<XmppCallError | undefined> {
  return promise.then(
    () => undefined,
    (cause: unknown) => cause as XmppCallError,
  );
}

/** The next error of a call that goes on. */
export function callError(call: Call): Promise<XmppCallError> {
  return new Promise((resolve) => {
    call.addEventListener(
      'call-error',
      ({ error }) => {
        resolve(error);
      },
      { once: true },
    );
  });
}
