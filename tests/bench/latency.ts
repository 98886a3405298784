/** Set-up times: from the click to the ringing, and from the answer to the first audio and video. */
import { openAgent, openVisitor } from '../e2e/desk.js';
import { type Harness, startHarness } from '../e2e/harness.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { type Percentiles, percentiles } from './percentiles.js';
import { OBSERVER, type Moments } from './page-moments.js';

/** All in ms, in Chromium, over loopback. */
export interface Latency {
  /** Click on the launcher of a freshly loaded page, until the agent's page rings: code, login and invitation included. */
  readonly clickToRingMs: Percentiles;
  /** Click on "Answer" until both ends hear each other. */
  readonly answerToFirstAudioMs: Percentiles;
  /** Click on "Answer" until both ends show a frame of the other. */
  readonly answerToFirstVideoMs: Percentiles;
}

export async function benchLatency(calls: number): Promise<Latency> {
  const harness = await startHarness();
  try {
    const samples: Sample[] = [];
    // The first call warms up the browser and the servers and is not counted.
    for (let call = 0; call <= calls; call++) {
      const sample = await measure(harness);
      if (call > 0) samples.push(sample);
    }
    return {
      clickToRingMs: percentiles(samples.map(({ ring }) => ring)),
      answerToFirstAudioMs: percentiles(samples.map(({ audio }) => audio)),
      answerToFirstVideoMs: percentiles(samples.map(({ video }) => video)),
    };
  } finally {
    await harness.dispose();
  }
}

interface Sample {
  readonly ring: number;
  readonly audio: number;
  readonly video: number;
}

async function measure(harness: Harness): Promise<Sample> {
  const scripts = [OBSERVER];
  const agent = await openAgent(harness, { scripts });
  const visitor = await openVisitor(harness, { scripts, attributes: { video: '' } });
  await visitor.press('launcher');
  const called = await moment(visitor, 'clicked');
  const rang = await moment(agent, 'rang');
  await agent.press('answer-video');
  const answered = await moment(agent, 'clicked');
  const heard = await Promise.all([moment(visitor, 'heard'), moment(agent, 'heard')]);
  const seen = await Promise.all([moment(visitor, 'seen'), moment(agent, 'seen')]);
  await visitor.press('hang-up');
  await agent.ended();
  await Promise.all([visitor.page.close(), agent.page.close()]);
  return { ring: rang - called, audio: Math.max(...heard) - answered, video: Math.max(...seen) - answered };
}

function moment({ page }: WidgetPage, name: keyof Moments): Promise<number> {
  return page.waitFor((key) => (globalThis as unknown as { moments: Moments }).moments[key], { what: name }, name);
}
