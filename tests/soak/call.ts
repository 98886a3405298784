/** Pairs of our pages that call each other repeatedly over an impaired network. */
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { join } from 'node:path';
import { AGENT, VISITOR, openAgent, openVisitor, receives } from '../e2e/desk.js';
import type { Harness } from '../e2e/harness.js';
import type { BrowserName } from '../tools/browsers.js';
import type { LinkConditions } from '../tools/network/link.js';
import { relayScript } from '../tools/network/candidates.js';
import { Relay } from '../tools/network/relay.js';
import type { WidgetPage } from '../tools/widget-page.js';
import type { Reception } from './judgement.js';
import type { Action, Side } from './plan.js';
import type {} from './page/index.js';

export type Variant = 'auto' | 'native';
export type CallReceptions = Readonly<Record<Side, Reception>>;

export interface Pair {
  /** Makes one call that follows the plan. @returns what each side heard and saw */
  call(plan: readonly Action[]): Promise<CallReceptions>;
  close(): Promise<void>;
}

/** Practically all packets are lost. */
const NO_PACKET: LinkConditions = { loss: { fraction: 0.99999, meanBurst: 100_000 } };
const ENDS: readonly Side[] = ['visitor', 'agent'];
const otherOf = (side: Side): Side => (side === 'visitor' ? 'agent' : 'visitor');

export async function openPair(
  harness: Harness,
  variant: Variant,
  browsers: Readonly<Record<Side, BrowserName>>,
): Promise<Pair> {
  const relay = await Relay.open();
  const meter = await meterScript();
  const attributes = { 'media-core': variant };
  const agent = await openAgent(harness, {
    browser: browsers.agent,
    attributes,
    scripts: [relayScript(relay.portOf('callee')), meter],
  });
  const visitor = await openVisitor(harness, {
    browser: browsers.visitor,
    attributes: { ...attributes, video: '' },
    scripts: [relayScript(relay.portOf('caller')), meter],
  });
  const ends = { visitor, agent };
  let calls = 0;

  return {
    async call(plan) {
      await Promise.all(ENDS.map((side) => plugIn(ends[side], side === 'visitor' ? VISITOR : AGENT)));
      await visitor.press(calls++ === 0 ? 'launcher' : 'call-again');
      await visitor.reaches('ringing');
      await agent.press('answer-video');
      await Promise.all([visitor.reaches('active'), agent.reaches('active')]);
      await Promise.all([receives(visitor, AGENT), receives(agent, VISITOR)]);
      await Promise.all(ENDS.map((side) => ends[side].page.evaluate(() => globalThis.soakMeter.start())));
      for (const action of plan) await carryOut(action, ends, relay, variant);
      const [ofVisitor, ofAgent] = await Promise.all(
        ENDS.map((side) => ends[side].page.evaluate(() => globalThis.soakMeter.stop())),
      );
      await visitor.press('hang-up');
      await Promise.all([visitor.ended(), agent.ended()]);
      if (!ofVisitor || !ofAgent) throw new Error('nothing was measured');
      return { visitor: ofVisitor, agent: ofAgent };
    },
    async close() {
      await harness.closePages();
      relay.close();
    },
  };
}

async function carryOut(
  action: Action,
  ends: Readonly<Record<Side, WidgetPage>>,
  relay: Relay,
  variant: Variant,
): Promise<void> {
  switch (action.kind) {
    case 'pause':
      await delay(action.ms);
      break;
    case 'mute':
      await expectOf(ends[otherOf(action.side)], { audio: false });
      await ends[action.side].press('mute');
      await delay(action.ms);
      await ends[action.side].press('mute');
      await expectOf(ends[otherOf(action.side)], { audio: true });
      break;
    case 'camera-off':
      await expectOf(ends[otherOf(action.side)], { video: false });
      await ends[action.side].press('camera');
      await delay(action.ms);
      await ends[action.side].press('camera');
      await expectOf(ends[otherOf(action.side)], { video: true });
      break;
    case 'device-change':
      await plugIn(ends[action.side], action);
      await ends[action.side].page.evaluate(() => globalThis.xmppCallTest.changeDevices());
      break;
    case 'network-cut':
      await setNetworkCut(ends, true);
      await degrade(relay, NO_PACKET, action.ms);
      await setNetworkCut(ends, false);
      break;
    case 'loss':
      await degrade(relay, { loss: { fraction: action.fraction } }, action.ms);
      break;
    case 'core-switch':
      if (variant === 'native') {
        await delay(action.ms);
        break;
      }
      await prefer(ends[action.side], 'native');
      await delay(action.ms);
      await prefer(ends[action.side], 'auto');
  }
}

async function degrade(relay: Relay, conditions: LinkConditions, ms: number): Promise<void> {
  relay.change({ fromCaller: conditions, fromCallee: conditions });
  await delay(ms);
  relay.change({});
}

async function setNetworkCut(ends: Readonly<Record<Side, WidgetPage>>, isCut: boolean): Promise<void> {
  await Promise.all(
    ENDS.map((side) => ends[side].page.evaluate((cut) => globalThis.soakMeter.setNetworkCut(cut), isCut)),
  );
}

async function plugIn(
  { page }: WidgetPage,
  devices: { readonly toneHz: number; readonly sender: number },
): Promise<void> {
  await page.evaluate(
    ({ toneHz, sender }) => {
      globalThis.xmppCallTest.plugIn({ toneHz, sender });
    },
    { toneHz: devices.toneHz, sender: devices.sender },
  );
}

async function expectOf(
  { page }: WidgetPage,
  expected: { readonly audio?: boolean; readonly video?: boolean },
): Promise<void> {
  await page.evaluate((wanted) => globalThis.soakMeter.expect(wanted), { ...expected });
}

async function prefer({ page }: WidgetPage, preference: Variant): Promise<void> {
  await page.evaluate((wanted) => {
    document.querySelector('xmpp-call')?.setAttribute('media-core', wanted);
  }, preference);
}

let script: Promise<string> | undefined;

function meterScript(): Promise<string> {
  return (script ??= build({
    entryPoints: [join(import.meta.dirname, 'page', 'index.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    conditions: ['source'],
    write: false,
  }).then(({ outputFiles: [file] }) => file?.text ?? ''));
}
