/** Whose tones: European by ETSI, British, North American, Japanese. */
export type ToneRegion = 'eu' | 'uk' | 'us' | 'jp';

/** Tones of the telephone that depend on the region. */
export type ProgressTone = 'ringback' | 'busy' | 'congestion' | 'call-waiting' | 'hold';

/** Seconds from the start and of length, and the frequencies in Hz that sound together. */
export type Note = readonly [at: number, length: number, ...frequencies: number[]];

/** Length in seconds of one round, peak level (0 to 1), how fast notes fade like a bell (1/s), and the notes. */
export type TonePlan = readonly [period: number, level: number, decay: number, notes: readonly Note[]];

/** Peak levels. A tone beside a conversation must not cover it. */
const LEVEL = 0.07;
const QUIET = 0.035;

function plan(period: number, level: number, ...notes: readonly Note[]): TonePlan {
  return [period, level, 0, notes];
}

/**
 * Cadences and frequencies of ITU-T E.180 Supplement 2 (Various tones used in national networks), for the EU the values that E.180
 * §3 to §8 recommends: 425 Hz. Japan modulates 400 Hz by 16 Hz, which two tones 16 Hz apart do. Hold is 0.15 s twice in 8 s
 * everywhere, as Germany has it; others have none of their own.
 */
export const PROGRESS_TONES: Readonly<Record<ToneRegion, Readonly<Record<ProgressTone, TonePlan>>>> = {
  eu: {
    ringback: plan(5, LEVEL, [0, 1, 425]),
    busy: plan(1, LEVEL, [0, 0.5, 425]),
    congestion: plan(0.5, LEVEL, [0, 0.25, 425]),
    'call-waiting': plan(5.6, QUIET, [0, 0.2, 425], [0.4, 0.2, 425]),
    hold: plan(8.45, QUIET, [0, 0.15, 425], [0.3, 0.15, 425]),
  },
  uk: {
    ringback: plan(3, LEVEL, [0, 0.4, 400, 450], [0.6, 0.4, 400, 450]),
    busy: plan(0.75, LEVEL, [0, 0.375, 400]),
    congestion: plan(1.5, LEVEL, [0, 0.4, 400], [0.75, 0.225, 400]),
    'call-waiting': plan(5.1, QUIET, [0, 0.1, 400]),
    hold: plan(8.45, QUIET, [0, 0.15, 400], [0.3, 0.15, 400]),
  },
  us: {
    ringback: plan(6, LEVEL, [0, 2, 440, 480]),
    busy: plan(1, LEVEL, [0, 0.5, 480, 620]),
    congestion: plan(0.5, LEVEL, [0, 0.25, 480, 620]),
    'call-waiting': plan(10, QUIET, [0, 0.3, 440]),
    hold: plan(8.45, QUIET, [0, 0.15, 440], [0.3, 0.15, 440]),
  },
  jp: {
    ringback: plan(3, LEVEL, [0, 1, 392, 408]),
    busy: plan(1, LEVEL, [0, 0.5, 400]),
    congestion: plan(0.5, LEVEL, [0, 0.25, 400]),
    'call-waiting': plan(4.1, QUIET, [0, 0.1, 392, 408], [0.2, 0.1, 392, 408]),
    hold: plan(8.45, QUIET, [0, 0.15, 400], [0.3, 0.15, 400]),
  },
};

/** Our own, in every region: a bell of three notes. */
export const RING: TonePlan = [
  3,
  0.22,
  5,
  [
    [0, 0.7, 659.26, 1318.51],
    [0.18, 0.7, 783.99, 1567.98],
    [0.36, 1.1, 987.77, 1975.53],
  ],
];

/** Rows and columns of ITU-T Q.23 §3, Hz. */
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
const DIGITS = '123A456B789C*0#D';
/** Seconds: what a receiver of DTMF asks for at least is 0.04 (Q.24); this one is for the ear only. */
const DIGIT_LENGTH = 0.1;

/** Feedback for a key, once; undefined for what is no digit of DTMF. */
export function digitPlan(digit: string): TonePlan | undefined {
  const place = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  const [row, column] = [ROWS[place >> 2], COLUMNS[place & 3]];
  if (place < 0 || row === undefined || column === undefined) return undefined;
  return plan(DIGIT_LENGTH, QUIET, [0, DIGIT_LENGTH, row, column]);
}
