import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall, openPage, prepare } from '../call.js';
import { median, quantile } from '../figures/statistics.js';
import {
  type PictureTimeline,
  pictureTimeline,
  type SoundTimeline,
  soundTimeline,
  type Span,
} from '../figures/timeline.js';
import type { Host } from '../host.js';
import { LoudspeakerEar } from '../loudspeaker-ear.js';
import type { RelayConditions } from '../../../tools/network/relay.js';
import type { Collected } from '../page/index.js';
import type { Variant } from '../variants.js';
import { HEAD_360P } from './material.js';

export interface DelayFigures {
  readonly medianMs: number;
  readonly p95Ms: number;
}

export interface CallReport {
  readonly sound: SoundTimeline;
  readonly picture: PictureTimeline;
  /** To the loudspeaker, with the browser's and the device's buffers. */
  readonly played: SoundTimeline;
  readonly paths: Readonly<Record<string, string>>;
  readonly log: readonly string[];
}

/** Until estimates of the bandwidth and the buffers have settled. */
const SETTLE_MS = 6000;
/** Signals sent this close to the end may not have arrived, ms. */
const ARRIVAL_MS = 1000;

/** A call with chirps and a numbered picture, one way; its delays over that many seconds. */
export async function runLatency(
  host: Host,
  variant: Variant,
  seconds: number,
  conditions: RelayConditions,
): Promise<CallReport> {
  const core = variant === 'own';
  const call = await BenchCall.open(host, {
    caller: { core, sound: 'chirps', camera: HEAD_360P, view: 'nothing' },
    callee: { core, sound: 'noise', view: 'numbers' },
    conditions,
  });
  const ear = await LoudspeakerEar.open(host.sound);
  try {
    await delay(SETTLE_MS);
    const from = await call.now();
    await delay(seconds * 1000 + ARRIVAL_MS);
    const span = { from, to: from + seconds * 1000 };
    const { emitted } = (await call.collect()).sent;
    const played = soundTimeline(emitted, ear.heard, span);
    return { ...(await timelines(call, span)), played, ...(await call.core()) };
  } finally {
    await ear.close();
    await call.close();
  }
}

export async function timelines(
  call: BenchCall,
  span: Span,
): Promise<{ readonly sound: SoundTimeline; readonly picture: PictureTimeline }> {
  const { sent, perceived } = await call.collect();
  return timelinesOf(sent, perceived, span);
}

function timelinesOf(
  sent: Collected,
  perceived: Collected,
  span: Span,
): { readonly sound: SoundTimeline; readonly picture: PictureTimeline } {
  const sightings = perceived.sightings.map(([at, counter]) => ({ at, counter: counter ?? undefined }));
  return {
    sound: soundTimeline(sent.emitted, perceived.heard, span),
    picture: pictureTimeline(sent.shown, sightings, span),
  };
}

/** The same within one page, without a call: the part of the browser and of the bench in the delays. */
export async function runAlone(host: Host, seconds: number): Promise<Pick<CallReport, 'sound' | 'picture'>> {
  const page = await openPage(host);
  try {
    await prepare(page, 'caller', { core: false, sound: 'chirps', camera: HEAD_360P, view: 'numbers' });
    await page.evaluate(() => mediaBench.playOneself());
    await delay(SETTLE_MS);
    const from = await page.evaluate(() => mediaBench.now());
    await delay(seconds * 1000 + ARRIVAL_MS);
    const collected = await page.evaluate(() => mediaBench.collect());
    await page.evaluate(() => mediaBench.close());
    return timelinesOf(collected, collected, { from, to: from + seconds * 1000 });
  } finally {
    await page.close();
  }
}

/** From rendering in a page to the loudspeaker: the part of the browser and of the device in the delay of playout. */
export async function runOutput(host: Host, seconds: number): Promise<SoundTimeline> {
  const page = await openPage(host);
  const ear = await LoudspeakerEar.open(host.sound);
  try {
    await page.evaluate(() => mediaBench.playChirps());
    await delay(SETTLE_MS);
    const from = await page.evaluate(() => mediaBench.now());
    await delay(seconds * 1000 + ARRIVAL_MS);
    const rendered = await page.evaluate(() => mediaBench.renderedChirps());
    return soundTimeline(rendered, ear.heard, { from, to: from + seconds * 1000 });
  } finally {
    await ear.close();
    await page.close();
  }
}

export function delayFigures(delays: readonly number[]): DelayFigures {
  return { medianMs: median(delays), p95Ms: quantile(delays, 0.95) };
}

/** Directions of a call that did not use the intended codecs, and warnings of the core. */
export function troubleOf(name: string, { paths, log }: Pick<CallReport, 'paths' | 'log'>): string[] {
  const native = Object.entries(paths)
    .filter(([, path]) => path !== 'wasm')
    .map(([way, reason]) => `${name}: ${way} is native: ${reason}`);
  const warnings = new Map<string, number>();
  for (const line of log.filter((one) => /^\w+: (warn|error) /.test(one)))
    warnings.set(line, (warnings.get(line) ?? 0) + 1);
  return [...native, ...[...warnings].map(([line, times]) => `${name}: ${line} (${times} times)`)];
}
