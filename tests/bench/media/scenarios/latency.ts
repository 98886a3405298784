import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall } from '../call.js';
import { median, quantile } from '../figures/statistics.js';
import {
  type PictureTimeline,
  pictureTimeline,
  type SoundTimeline,
  soundTimeline,
  type Span,
} from '../figures/timeline.js';
import type { Host } from '../host.js';
import type { RelayConditions } from '../network/relay.js';
import type { Variant } from '../variants.js';
import { HEAD_360P } from './material.js';

export interface DelayFigures {
  readonly medianMs: number;
  readonly p95Ms: number;
}

export interface CallReport {
  readonly sound: SoundTimeline;
  readonly picture: PictureTimeline;
  readonly paths: Readonly<Record<string, string>>;
  readonly log: readonly string[];
}

/** Until estimates of the bandwidth and the buffers have settled. */
const SETTLE_MS = 6000;
/** What is emitted so near to the end may not have arrived. */
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
  try {
    await delay(SETTLE_MS);
    const from = await call.now();
    await delay(seconds * 1000 + ARRIVAL_MS);
    return { ...(await timelines(call, { from, to: from + seconds * 1000 })), ...(await call.core()) };
  } finally {
    await call.close();
  }
}

export async function timelines(
  call: BenchCall,
  span: Span,
): Promise<{ readonly sound: SoundTimeline; readonly picture: PictureTimeline }> {
  const { sent, perceived } = await call.collect();
  const sightings = perceived.sightings.map(([at, counter]) => ({ at, counter: counter ?? undefined }));
  return {
    sound: soundTimeline(sent.emitted, perceived.heard, span),
    picture: pictureTimeline(sent.shown, sightings, span),
  };
}

export function delayFigures(delays: readonly number[]): DelayFigures {
  return { medianMs: median(delays), p95Ms: quantile(delays, 0.95) };
}

/** What of a call was not by the codecs that it was to show, and what went wrong. */
export function troubleOf(name: string, { paths, log }: Pick<CallReport, 'paths' | 'log'>): string[] {
  const native = Object.entries(paths)
    .filter(([, path]) => path !== 'wasm')
    .map(([way, reason]) => `${name}: ${way} is native: ${reason}`);
  const warnings = log.filter((line) => /^\w+: (warn|error) /.test(line)).map((line) => `${name}: ${line}`);
  return [...native, ...warnings];
}
