import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, framesOf, Random, screen, talkingHead } from '@xmpp-call/wasm-testing';
import type { I420Frame } from '@xmpp-call/wasm-testing';
import { NativeVp8 } from '@xmpp-call/wasm-testing/native';
import type { NativeVp8Options } from '@xmpp-call/wasm-testing/native';
import { assertEqualPackets, assertEqualPictures, describeOptions } from './comparison.testing.js';
import { init } from './index.js';

type Size = readonly [width: number, height: number];

const CLIPS = { talkingHead, busy, screen };
const SPEEDS = [-4, -6, -8, -12, -16] as const;
/** With frames and bitrates (kbit/s) such that all of it takes less than a minute. */
const SIZES: readonly { size: Size; frames: number; kilobits: readonly number[] }[] = [
  { size: [17, 33], frames: 24, kilobits: [20, 200] },
  { size: [176, 144], frames: 24, kilobits: [40, 600] },
  { size: [320, 180], frames: 24, kilobits: [150, 900] },
  { size: [333, 217], frames: 24, kilobits: [80, 1200] },
  { size: [640, 360], frames: 16, kilobits: [500] },
  { size: [1280, 720], frames: 6, kilobits: [1500] },
];
const ODD: Size = [333, 217];

const clips = new Map<string, I420Frame[]>();
const vp8 = await init();
const native = new NativeVp8();

describe(`packets and pictures equal those of libvpx ${native.version()}`, () => {
  for (const { size, frames, kilobits } of SIZES) {
    for (const name of Object.keys(CLIPS) as (keyof typeof CLIPS)[]) {
      it(`${name} at ${size.join('x')}`, () => {
        const pictures = clip(name, size, frames);
        for (const speed of SPEEDS) for (const rate of kilobits) assertEqual(pictures, { kilobits: rate, speed });
      });
    }
  }
});

describe(`options have the effect that they have on libvpx ${native.version()}`, () => {
  const cases: Readonly<Record<string, Partial<NativeVp8Options>>> = {
    'key frames on demand': { keyFrames: [3, 4, 11, 20] },
    'another frame rate': { fps: 7 },
    'bitrate changed while it runs': {
      bitrates: new Map([
        [5, 60],
        [12, 1500],
        [18, 200],
      ]),
    },
    'speed changed while it runs': {
      speeds: new Map([
        [5, -16],
        [12, -4],
      ]),
    },
    'two temporal layers': { layers: 2, keyFrames: [9], bitrates: new Map([[15, 150]]) },
    'three temporal layers': { layers: 3, keyFrames: [2, 9, 10], bitrates: new Map([[15, 150]]) },
    'a key frame interval': { keyFrameInterval: 7 },
    'a key frame interval with layers': { keyFrameInterval: 7, layers: 3 },
    'screen content': { screenContent: 1 },
    'screen content, aggressive': { screenContent: 2 },
    'no static threshold': { staticThreshold: 0 },
    'a high static threshold': { staticThreshold: 1500 },
    'a bound of key frames': { maxIntraPercent: 250, keyFrames: [8] },
    'bounds of the quantizer': { minQuantizer: 20, maxQuantizer: 24 },
    'the whole range of the quantizer': { minQuantizer: 0, maxQuantizer: 63, kilobits: 8000 },
    'hardly any bits': { maxQuantizer: 63, kilobits: 5 },
    'entropy carried over': { errorResilient: false },
    'entropy carried over, scenes told apart': { errorResilient: false, keyFrameInterval: 300 },
  };
  for (const [name, options] of Object.entries(cases)) {
    it(name, () => {
      for (const [index, content] of (Object.keys(CLIPS) as (keyof typeof CLIPS)[]).entries()) {
        const speed = SPEEDS[(index * 2) % SPEEDS.length] ?? -8;
        assertEqual(clip(content, ODD, 24), { kilobits: 400, speed, ...options });
      }
    });
  }

  it('size changed while it runs, down, up and to odd ones', () => {
    const sizes: Size[] = [[176, 144], [64, 48], ODD, [17, 33], [320, 180]];
    const pictures = sizes.flatMap((size) => clip('talkingHead', size, 24).slice(0, 6));
    const changes = new Map(sizes.map(([width, height], index) => [index * 6, { width, height }]));
    changes.delete(0);
    for (const layers of [1, 3] as const) assertEqual(pictures, { kilobits: 300, layers, sizes: changes });
  });
});

describe(`the decoder equals that of libvpx ${native.version()} for what our encoder never makes`, () => {
  const frames = clip('busy', ODD, 24);
  const options = { width: ODD[0], height: ODD[1], kilobits: 500, speed: -4 };

  for (const profile of [1, 2, 3] as const) {
    it(`profile ${profile}`, () => {
      assertEqualDecoding(frames, { ...options, profile });
      assertEqualDecoding(clip('talkingHead', [17, 33], 24), { width: 17, height: 33, kilobits: 100, profile });
    });
  }

  for (const tokenPartitions of [1, 2, 3] as const) {
    it(`${1 << tokenPartitions} token partitions`, () => assertEqualDecoding(frames, { ...options, tokenPartitions }));
  }

  it('every sharpness of the loop filter', () => {
    for (let sharpness = 1; sharpness <= 7; sharpness += 1) assertEqualDecoding(frames, { ...options, sharpness });
  });

  it('frames that are not shown', () => {
    const packets = native.encode(frames, options).map(({ data }, index) => {
      // The bit show_frame of the frame tag (RFC 6386 §9.1).
      if (index % 5 === 3) data[0] = (data[0] ?? 0) & ~0x10;
      return data;
    });
    assertEqualPictures(vp8, native, packets, 'hidden frames');
  });

  it('frames that are missing or damaged', () => {
    const random = new Random(99);
    const packets = native.encode(frames, { ...options, keyFrames: [12] }).map(({ data }) => data);
    const kept = packets.filter((_, index) => index % 7 !== 6);
    const damaged = kept.map((data, index) => {
      if (index % 4 !== 2) return data;
      const copy = data.slice();
      for (let count = 0; count < 5; count += 1) copy[20 + random.below(copy.length - 20)] = random.below(256);
      return index % 8 === 2 ? copy : copy.subarray(0, copy.length >> 1);
    });
    assertEqualPictures(vp8, native, damaged, 'damaged frames');
  });
});

/** Encodes and decodes by both. */
function assertEqual(frames: readonly I420Frame[], options: Omit<NativeVp8Options, 'width' | 'height'>): void {
  const { width, height } = frames[0] ?? assert.fail();
  const complete = { width, height, ...options };
  const packets = assertEqualPackets(vp8, native, frames, complete);
  assertEqualPictures(...([vp8, native, packets.map(({ data }) => data), describeOptions(complete)] as const));
}

function assertEqualDecoding(frames: readonly I420Frame[], options: NativeVp8Options): void {
  const packets = native.encode(frames, options).map(({ data }) => data);
  assertEqualPictures(vp8, native, packets, describeOptions(options));
}

function clip(name: keyof typeof CLIPS, [width, height]: Size, frames: number): I420Frame[] {
  const key = `${name} ${width}x${height} ${frames}`;
  const made = clips.get(key) ?? [...framesOf(CLIPS[name]({ width, height, frames }))];
  clips.set(key, made);
  return made;
}
