import type { Rate } from '../quota.js';

/** Texts of the peer that are taken; faster writes no person. */
export const MESSAGES: Rate = { burst: 20, everyMs: 500 };
/** States, receipts, markers and real-time text: XEP-0301 §4.5 sends 1.4 a second. */
export const SIGNS: Rate = { burst: 40, everyMs: 200 };
/** Ids of each way that are remembered for duplicates, corrections and receipts. */
export const MAX_IDS = 500;
/** What may wait for the code of the chat. */
export const MAX_WAITING = 64;

/** All in ms. */
export const CHAT_MS = {
  /** Without a key the user makes a pause (XEP-0085 §5.1 suggests 30 s for the state after it). */
  pause: 5_000,
  /** A peer that composes and is not heard of any more. */
  peerPause: 30_000,
  /** XEP-0301 §4.5: between two elements. */
  realTime: 700,
  /** Stamps have whole seconds, and clocks differ. */
  stampSlack: 2_000,
} as const;

/** UTF-16 units of a text of ours: those of 10 000 code points, which is what a body may have. */
export const MAX_LENGTH = 20_000;
