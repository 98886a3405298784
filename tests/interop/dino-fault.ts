import type { TestContext } from 'node:test';

/** A failure for which Dino itself is to blame, whoever is at the other end. */
export class DinoFault extends Error {
  override readonly name = 'DinoFault';
}

const ATTEMPTS = 5;
const MIN_FRAMES = 10;
const RENDERED = /<(dinopluginsrtpsink\d+)> rendering object/gu;
const CAMERA_IN_USE = 'Creating device colour-bars';

/**
 * On a busy machine it happens that Dino gets, decodes and renders a remote picture and paints nothing in its window.
 * @param log Dino's own output
 * @param gstreamerLog what GStreamer's category `basesink` writes at level 6
 * @returns true if a sink beside that of Dino's own camera got at least ten frames
 */
export function gotRemoteFrames(log: string, gstreamerLog: string): boolean {
  const frames = new Map<string, number>();
  for (const [, sink = ''] of gstreamerLog.matchAll(RENDERED)) frames.set(sink, (frames.get(sink) ?? 0) + 1);
  const busySinks = [...frames.values()].filter((count) => count >= MIN_FRAMES).length;
  return busySinks > (log.includes(CAMERA_IN_USE) ? 1 : 0);
}

/** Runs a scenario, and again, up to five times in all, while there is evidence that it was Dino that failed. */
export async function withHealthyDino(context: TestContext, scenario: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await scenario();
      return;
    } catch (error) {
      if (!(error instanceof DinoFault) || attempt === ATTEMPTS) throw error;
      context.diagnostic(`attempt ${String(attempt)}: ${error.message}`);
    }
  }
}
