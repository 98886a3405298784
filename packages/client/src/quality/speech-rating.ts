/** What a second of speech passed through, mouth to ear. */
export interface SpeechPath {
  /** ms, one way. */
  readonly delayMs: number;
  /** 0 to 1, after what the jitter buffer discards. */
  readonly lossFraction: number;
}

/** R without delay, loss and codec: the default values of ITU-T G.107 (06/2015) table 3. */
const R_DEFAULT = 93.2;
/** Packet-loss robustness of a codec with loss concealment: ITU-T G.113 (11/2007) table I.4, G.711 with PLC. Opus is not listed. */
const ROBUSTNESS_PERCENT = 25.1;
/** ms, one way, beyond which speakers begin to talk into each other's words (ITU-T G.114 §4, as approximated for G.107). */
const INTERACTIVE_MS = 177.3;

/**
 * Transmission rating R of the E-model (ITU-T G.107 §3.1), reduced to delay and random loss as by Cole and Rosenbluth (Voice over
 * IP Performance Monitoring, 2001): 0 to 93.2. ITU-T G.109: 80 and more satisfies, below 70 many users are dissatisfied, below 60
 * nearly all.
 */
export function speechRating({ delayMs, lossFraction }: SpeechPath): number {
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - INTERACTIVE_MS);
  const loss = Math.min(1, Math.max(0, lossFraction)) * 100;
  const equipment = (95 * loss) / (loss + ROBUSTNESS_PERCENT);
  return Math.max(0, R_DEFAULT - delay - equipment);
}
