/** What holds of all that a peer's bytes go through, whatever they are: for a quick test, and for long runs. */
import assert from 'node:assert/strict';
import { inspectPacket } from '@xmpp-call/opus';
import { mutate, type Random, talkingHead } from '@xmpp-call/wasm-testing';
import { AudioJitterBuffer } from '../core/audio/audio-jitter-buffer.js';
import type { AudioPacket } from '../core/audio/audio-playout.js';
import { deriveFrameKey, FrameDecryptor, FrameEncryptor, type FrameKind } from './frames/frame-cipher.js';
import { type FrameTrailer, parseTrailer, trailerSize } from '../core/frames/frame-trailer.js';
import { announcePadding, withoutAnnouncement } from '../core/audio/opus-padding.js';
import { packetMsOf } from '../core/audio/packet-duration.js';
import { RateController } from '../core/rate/rate-controller.js';
import { VideoReorder } from '../core/video/video-reorder.js';
import { OPUS, pathOf, Peer, TOKENS, VP8 } from './call.testing.js';
import { keyFramePixels, frameOf, isVp8KeyFrame } from './frames/framing.js';
import { PeerFeedback } from './peer-feedback.js';
import { FakeFrame, VirtualClock } from './simulation.testing.js';
import { tone } from './audio/tone.testing.js';

/** Throws where it does not hold. @param runs frames, or as many of something else */
export type Property = (random: Random, runs: number) => void | Promise<void>;

const MAX_LEAD_MS = 60_000;
const U32 = 2 ** 32;
const U48 = 2 ** 48;

/** By name. */
export const HOSTILE_PROPERTIES: Readonly<Record<string, Property>> = {
  'a trailer is read or refused, and never outside of its frame': trailers,
  'sealed frames open or do not, and only unchanged': ciphers,
  'packets of Opus lose their padding, or are none': packets,
  'the head of a picture tells its size, or nothing': pictureHeads,
  'pictures are put in order in bounded memory, and good ones come through again': reordering,
  'the jitter buffer is bounded, and good packets come through again': jitterBuffers,
  'reports neither break the bitrate nor drive it out of its limits': reports,
  'good frames are heard and seen again after hostile ones': calls,
};

function trailers(random: Random, runs: number): void {
  const frames = validFrames();
  for (let run = 0; run < runs; run++) {
    const frame = mutate(frames, random);
    // Most of what is changed is in front of a token that is right.
    if (random.below(2) === 0 && frame.length > 8) frame.set(TOKENS.responder, frame.length - 8);
    const parsed = parseTrailer(frame, TOKENS.responder);
    if (!parsed.ok) continue;
    const { trailer, payload } = parsed;
    const { redundancy, report, sequence, captureTime, sentAt, layer } = trailer;
    assert.equal(payload.length + trailerSize(redundancy, report), frame.length);
    assert.ok(sequence >= 0 && sequence < U32 && captureTime >= 0 && captureTime < U48 && layer >= 0 && layer < 4);
    assert.ok(sentAt >= captureTime && sentAt - captureTime < 65_536);
    assert.ok(redundancy.every(({ distance }) => distance > 0 && distance < 256));
    if (report) assert.ok(Object.values(report).every((value) => typeof value === 'object' || Number.isFinite(value)));
  }
}

async function ciphers(random: Random, runs: number): Promise<void> {
  const key = await deriveFrameKey(new Uint8Array(32).fill(7), 3, 'initiator video');
  const [encryptor, decryptor] = [new FrameEncryptor(0), new FrameDecryptor()];
  encryptor.setKey(key);
  decryptor.setKey(key);
  const kinds: readonly FrameKind[] = ['key', 'delta', 'audio'];
  const sealed: Uint8Array[] = [];
  for (const frame of validFrames()) {
    const result = await encryptor.encrypt(frame, 'delta');
    if (result.ok) sealed.push(result.frame);
  }
  for (let run = 0; run < runs; run++) {
    const frame = mutate(sealed, random);
    const kind = kinds[random.below(3)] ?? 'audio';
    const result = await decryptor.decrypt(frame, kind, run);
    const isUnchanged = sealed.some((one) => one.length === frame.length && one.every((byte, i) => byte === frame[i]));
    assert.ok(!result.ok || isUnchanged);
    assert.ok(result.ok || result.reason !== 'crypto-failed');
  }
}

function packets(random: Random, runs: number): void {
  const valid = soundPackets();
  for (let run = 0; run < runs; run++) {
    const packet = mutate(valid, random);
    const plain = withoutAnnouncement(packet);
    assert.ok(plain === undefined || (plain.length > 0 && plain.length < packet.length));
    const announced = announcePadding(packet, 1 + random.below(2000));
    if (announced) assert.deepEqual(withoutAnnouncement(announced), packet);
  }
}

function pictureHeads(random: Random, runs: number): void {
  const valid = pictureFrames();
  for (let run = 0; run < runs; run++) {
    const frame = mutate(valid, random);
    const pixels = keyFramePixels(frame);
    assert.ok(Number.isInteger(pixels) && pixels >= 0 && pixels <= 16_383 ** 2);
    assert.ok(isVp8KeyFrame(frame) || pixels === 0);
  }
}

function reordering(random: Random, runs: number): void {
  const reorder = new VideoReorder<ReturnType<typeof next>>();
  let [now, sequence, keyWanted] = [1000, random.below(U32), true];
  const next = (strange: boolean) => ({
    sequence: strange ? oddNumber(random, sequence, U32) : (sequence = (sequence + 1) % U32),
    captureTime: strange ? oddNumber(random, now, U48) : now,
    keyFrame: strange ? random.below(2) === 0 : keyWanted,
    byteLength: strange ? random.below(2_000_000) : 1000,
    isGood: !strange,
  });
  const push = (strange: boolean) => {
    const frame = next(strange);
    const result = reorder.push(frame, now);
    if (!strange) keyWanted = result.keyFrameNeeded;
    else if (result.keyFrameNeeded) keyWanted = true;
    const { held, jitterMs, gapTimeoutMs } = reorder.statistics;
    assert.ok(held <= 129 && jitterMs <= 400 && gapTimeoutMs <= 400);
    return result.frames;
  };
  for (let run = 0; run < runs; run++) {
    if (run % 100 === 99) {
      // Three seconds of good frames: the last of them come through.
      let good = 0;
      for (let i = 0; i < 90; i++, now += 33)
        good += i >= 75 ? push(false).filter(({ isGood }) => isGood).length : (push(false), 0);
      assert.ok(good >= 14, `${good} of 15`);
    }
    push(random.below(3) > 0);
    now += random.below(40);
  }
}

function jitterBuffers(random: Random, runs: number): void {
  const buffer = new AudioJitterBuffer();
  let [now, sequence, played] = [1000, random.below(U32), 1000];
  const insert = (strange: boolean) => {
    if (!strange) sequence = (sequence + 1) % U32;
    const packet: AudioPacket = {
      sequence: strange ? oddNumber(random, sequence, U32) : sequence,
      captureTime: strange ? oddNumber(random, now, U48) : now,
      payload: strange ? new Uint8Array(1 + random.below(1275)) : Uint8Array.of(1, 2, 3),
      durationMs: strange && random.below(20) === 0 ? 10 : 20,
      isDtx: strange && random.below(4) === 0,
      hasFec: strange && random.below(4) === 0,
      redundancy: strange ? copies(random) : [],
    };
    buffer.insert(packet, now);
  };
  const play = () => {
    let good = 0;
    for (let pieces = 0; played <= now; pieces++) {
      assert.ok(pieces < 2000, 'time that does not go on');
      const decision = buffer.next(played);
      const ms = 'durationMs' in decision ? decision.durationMs : buffer.packetMs;
      assert.ok(ms > 0);
      played += ms;
      if ('payload' in decision && decision.payload.length === 3) good++;
    }
    const { held, targetMs } = buffer.statistics;
    assert.ok(held <= 128 && targetMs <= 500, `${held} held, ${targetMs} ms`);
    return good;
  };
  for (let run = 0; run < runs; run++) {
    if (run % 200 === 199) {
      let good = 0;
      for (let i = 0; i < 200; i++) {
        insert(false);
        now += 20;
        const heard = play();
        if (i >= 150) good += heard;
      }
      assert.ok(good >= 45, `${good} of 50`);
    }
    insert(random.below(3) > 0);
    if (random.below(2) === 0) now += random.below(40);
    play();
  }
}

function reports(random: Random, runs: number): void {
  const limits = { start: 300_000, min: 30_000, max: 2_500_000 };
  const feedback = new PeerFeedback();
  const controller = new RateController(limits);
  let now = 1000;
  for (let run = 0; run < runs; run++) {
    now += random.below(120);
    feedback.arrived(
      random.below(2) === 0 ? 'audio' : 'video',
      { sequence: random.below(U32), captureTime: oddNumber(random, now, U48), sentAt: oddNumber(random, now, U48) },
      random.below(100_000),
      now,
    );
    const report = {
      videoBitrate: random.below(3) === 0 ? random.below(U32) : random.below(2_000_000),
      queueDelayMs: random.below(65_536),
      videoLoss: random.below(256) / 255,
      audioLoss: random.below(256) / 255,
      meanBurst: 1 + random.below(256) / 8,
      sentAt: oddNumber(random, now, U48),
      echo: { sentAt: oddNumber(random, now, U48), heldMs: random.below(65_536) },
    };
    feedback.received(report, now);
    const taken = feedback.takeRateReport();
    const reaction = taken && controller.react(taken, now);
    const { bitrate } = controller.decide({ report: taken }, now);
    for (const decided of [bitrate, reaction?.bitrate ?? bitrate]) {
      assert.ok(decided >= limits.min && decided <= limits.max, `${decided} bits/s`);
    }
    const offset = feedback.clockOffsetMs(now);
    assert.ok(offset === undefined || Number.isFinite(offset));
    const due = feedback.due(now);
    if (due) assert.ok(Object.values(due).every((value) => typeof value === 'object' || Number.isFinite(value)));
  }
}

/** Frames, of which most are made up or changed, through all that a page and its worker do with them. */
async function calls(random: Random, runs: number): Promise<void> {
  FakeFrame.open = 0;
  const clock = new VirtualClock();
  const peer = new Peer(clock, { name: 'responder' });
  peer.meet();
  await peer.ready();
  peer.measureNetwork(600_000);
  peer.speak(tone);
  peer.listen();
  peer.watch();
  const sender = new GoodSender(peer, clock);
  await sender.send(1500);
  assert.deepEqual([pathOf(peer, 'audio', 'receive'), pathOf(peer, 'video', 'receive')], ['wasm', 'wasm']);
  const valid = { audio: validSound(), video: validPictures() };
  const before = peer.messages.length;
  const begin = clock.now();
  for (let run = 0; run < runs; run++) {
    const kind = random.below(2) === 0 ? 'audio' : 'video';
    peer.transformers[kind].receive.enter(hostileFrame(valid[kind], random, clock.now()));
    if (random.below(4) === 0) await clock.advance(random.below(30));
    if (random.below(10) === 0) await sender.send(20);
  }
  const seconds = (clock.now() - begin) / 1000 + 1;
  const told = peer.messages.slice(before).filter(({ type }) => type !== 'statistics').length;
  assert.ok(told < 12 * seconds, `${told} messages in ${seconds} s`);
  const { length } = peer.played;
  assert.ok(peer.played.every((sample) => sample >= -1 && sample <= 1));
  // Three seconds of good frames: in the last of them all is heard and seen, by us or by the browser.
  const written = { audio: peer.transformers.audio.receive.written.length, video: 0 };
  await sender.send(2000);
  written.video = peer.transformers.video.receive.written.length;
  const shown = peer.shown.length;
  await sender.send(1000);
  if (pathOf(peer, 'audio', 'receive') === 'wasm') {
    const heard = peer.played.slice(-24_000).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    assert.ok(heard > 0.2 && heard < 0.5, `${heard}, of a tone of 0.3`);
  }
  assert.ok(peer.transformers.audio.receive.written.length > written.audio + 100, 'the browser gets sound');
  if (pathOf(peer, 'video', 'receive') === 'wasm') {
    assert.ok(peer.shown.length > shown + 20, `${peer.shown.length - shown} pictures`);
  } else {
    const passed = peer.transformers.video.receive.written.slice(written.video);
    assert.ok(passed.filter(({ length: bytes }) => bytes > 60).length > 20, 'the browser gets pictures');
  }
  const decisions = peer.of('decisions').at(-1)?.decisions;
  assert.deepEqual([decisions?.audio.send.path, decisions?.video.send.path], ['wasm', 'wasm']);
  assert.ok(length > 0);
  peer.leave();
  sender.close();
  peer.worker.handle({ type: 'stop' });
  await clock.advance(1000);
  assert.equal(FakeFrame.open, 0, 'frames left open');
}

/** What an honest peer sends, by hand. */
class GoodSender {
  readonly #peer: Peer;
  readonly #clock: VirtualClock;
  readonly #opus = OPUS.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 32_000 });
  readonly #vp8 = VP8.createEncoder({ ...SIZE, framesPerSecond: 25, bitrate: 300_000 });
  readonly #packet = new Uint8Array(Math.max(4000, this.#vp8.maxPacketBytes));
  #numbers = { audio: 0, video: 0 };
  #at = 0;
  #keyWanted = true;

  constructor(peer: Peer, clock: VirtualClock) {
    this.#peer = peer;
    this.#clock = clock;
    peer.transformers.video.receive.onKeyFrameRequest = () => (this.#keyWanted = true);
  }

  /** Sound in packets of 20 ms, and every other time a picture. */
  async send(ms: number): Promise<void> {
    for (let sent = 0; sent < ms; sent += 20) {
      const samples = Float32Array.from({ length: 960 }, () => tone(this.#at++));
      const payload = this.#packet.slice(0, this.#opus.encode(samples, this.#packet));
      const sound = announcePadding(payload, trailerSize()) ?? assert.fail();
      this.#enter('audio', sound, false);
      if (this.#numbers.audio % 2 === 0) this.#picture();
      await this.#clock.advance(20);
    }
  }

  close(): void {
    this.#opus.dispose();
    this.#vp8.dispose();
  }

  #picture(): void {
    const { width, height, data } = CLIP.frame(this.#numbers.video % FRAMES);
    const keyFrame = this.#keyWanted;
    this.#keyWanted = false;
    const bytes = this.#vp8.encode({ format: 'I420', width, height, data }, this.#packet, { keyFrame });
    this.#enter('video', this.#packet.slice(0, bytes), keyFrame);
  }

  #enter(kind: 'audio' | 'video', payload: Uint8Array, keyFrame: boolean): void {
    const sequence = this.#numbers[kind]++;
    const now = this.#clock.now();
    const trailer = { ...HEAD, sequence, captureTime: now - 40, sentAt: now - 20, keyFrame };
    this.#peer.transformers[kind].receive.enter(frameOf(payload, trailer, TOKENS.responder));
  }
}

const FRAMES = 20;
const SIZE = { width: 160, height: 96 } as const;
const CLIP = talkingHead({ ...SIZE, frames: FRAMES });
const HEAD: FrameTrailer = {
  ...{ sequence: 0, captureTime: 0, sentAt: 0, keyFrame: false, wasmCodec: true, discontinuous: false, layer: 0 },
  redundancy: [],
};

/** Any number, one near to `usual`, or one at a bound. */
function oddNumber(random: Random, usual: number, bound: number): number {
  const any = Math.floor((random.below(U32) / U32) * bound);
  const near = usual + random.below(2 * MAX_LEAD_MS) - MAX_LEAD_MS;
  const choices = [any, near, usual + random.below(100), 0, bound - 1, usual + 2 ** 31 + random.below(20)];
  return Math.max(0, (choices[random.below(choices.length)] ?? 0) % bound);
}

function copies(random: Random): AudioPacket['redundancy'] {
  return Array.from({ length: random.below(16) }, () => ({
    distance: 1 + random.below(255),
    payload: new Uint8Array(1 + random.below(1275)),
  }));
}

/** Changed bytes, or a payload that is right or changed in a trailer that is right and lies. */
function hostileFrame(payloads: readonly Uint8Array[], random: Random, now: number): Uint8Array {
  const payload =
    random.below(3) === 0 ? (payloads[random.below(payloads.length)] ?? assert.fail()) : mutate(payloads, random);
  if (random.below(4) === 0) return payload;
  const redundancy =
    random.below(3) === 0
      ? copies(random).map((copy) => ({ ...copy, payload: mutate(payloads, random).slice(0, 1500) }))
      : [];
  const captureTime = oddNumber(random, now, U48 - U32);
  const odd: FrameTrailer = {
    ...{ sequence: oddNumber(random, 100, U32), captureTime, sentAt: captureTime + random.below(70_000) },
    ...{ keyFrame: random.below(2) === 0, wasmCodec: random.below(2) === 0, discontinuous: random.below(2) === 0 },
    ...{ layer: random.below(4), redundancy },
  };
  const announced = random.below(2) === 0 ? announcePadding(payload, trailerSize(redundancy)) : undefined;
  const frame = frameOf(announced ?? payload, odd, TOKENS.responder);
  if (random.below(8) > 0) return frame;
  // The mark of a sealed frame.
  frame.set(
    TOKENS.responder.subarray(0, 4).map((byte) => ~byte),
    frame.length - 4,
  );
  return frame;
}

function soundPackets(): Uint8Array[] {
  const encoder = OPUS.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 32_000, inbandFec: true });
  const packet = new Uint8Array(1276);
  const made = Array.from({ length: 20 }, (_, i) => {
    const samples = Float32Array.from({ length: 960 }, (__, index) => tone(i * 960 + index));
    return packet.slice(0, encoder.encode(samples, packet));
  });
  encoder.dispose();
  // A valid packet whose sound has a peak of 22.
  return [...made, Uint8Array.of(0xd0, 0x6f, 0x7b, 0xf8)];
}

function pictureFrames(): Uint8Array[] {
  const encoder = VP8.createEncoder({ ...SIZE, framesPerSecond: 25, bitrate: 300_000 });
  const packet = new Uint8Array(encoder.maxPacketBytes);
  const made = Array.from({ length: 10 }, (_, i) => {
    const { width, height, data } = CLIP.frame(i);
    return packet.slice(0, encoder.encode({ format: 'I420', width, height, data }, packet, { keyFrame: i % 5 === 0 }));
  });
  encoder.dispose();
  return made;
}

function validFrames(): Uint8Array[] {
  const redundancy = [
    { distance: 1, payload: Uint8Array.of(1, 2, 3) },
    { distance: 7, payload: new Uint8Array(40) },
  ];
  const report = {
    ...{ videoBitrate: 500_000, queueDelayMs: 3, videoLoss: 0, audioLoss: 0.1, meanBurst: 2, sentAt: 5000 },
    echo: { sentAt: 4000, heldMs: 30 },
  };
  return [...soundPackets(), ...pictureFrames()].flatMap((payload, i) => [
    frameOf(payload, { ...HEAD, sequence: i, captureTime: i * 20, sentAt: i * 20 + 5 }, TOKENS.responder),
    frameOf(payload, { ...HEAD, sequence: i, redundancy, report }, TOKENS.responder),
  ]);
}

const validSound = () => soundPackets().filter((packet) => packetMsOf(inspectPacket(packet).duration) !== undefined);
const validPictures = pictureFrames;
