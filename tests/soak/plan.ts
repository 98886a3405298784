import { Random } from '@xmpp-call/wasm-testing';

export type Side = 'visitor' | 'agent';

/** Actions of a person or of the network in a call. Times are ms. */
export type Action =
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'mute'; readonly side: Side; readonly ms: number }
  | { readonly kind: 'camera-off'; readonly side: Side; readonly ms: number }
  | { readonly kind: 'device-change'; readonly side: Side; readonly toneHz: number; readonly sender: number }
  /** No packet arrives, either way. */
  | { readonly kind: 'network-cut'; readonly ms: number }
  /** This fraction of packets is lost, both ways. */
  | { readonly kind: 'loss'; readonly fraction: number; readonly ms: number }
  /** The side asks for the browser's codecs, and for the core again after `ms`. */
  | { readonly kind: 'core-switch'; readonly side: Side; readonly ms: number };

const MIN_ACTIONS = 3;
const MAX_ACTIONS = 5;
const SIDES: readonly Side[] = ['visitor', 'agent'];

/** What happens in one call: the same for the same seed and number. */
export function planCall(seed: number, number: number): readonly Action[] {
  const random = new Random(seed * 100_003 + number);
  const count = MIN_ACTIONS + random.below(MAX_ACTIONS - MIN_ACTIONS + 1);
  const actions: Action[] = [];
  for (let index = 0; index < count; index++) {
    actions.push({ kind: 'pause', ms: wholeMs(random, 400, 1200) }, drawAction(random, index));
  }
  return [...actions, { kind: 'pause', ms: 1000 }];
}

function drawAction(random: Random, index: number): Action {
  const side = SIDES[random.below(2)] ?? 'visitor';
  switch (random.below(6)) {
    case 0:
      return { kind: 'mute', side, ms: wholeMs(random, 300, 1500) };
    case 1:
      return { kind: 'camera-off', side, ms: wholeMs(random, 500, 1500) };
    case 2:
      return { kind: 'device-change', side, toneHz: 500 + 50 * random.below(10), sender: 100 + index };
    case 3:
      return { kind: 'network-cut', ms: wholeMs(random, 300, 2000) };
    case 4:
      return { kind: 'loss', fraction: random.between(0.02, 0.15), ms: wholeMs(random, 1000, 2500) };
    default:
      return { kind: 'core-switch', side, ms: wholeMs(random, 800, 2000) };
  }
}

function wholeMs(random: Random, low: number, high: number): number {
  return Math.round(random.between(low, high));
}
