import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall } from '../call.js';
import { compare } from '../variants.js';
import { delayFigures, timelines, troubleOf } from './latency.js';
import { HEAD_360P } from './material.js';
import type { Scenario } from './scenario.js';

const LOSS = { fraction: 0.05 } as const;
const SETTLE_MS = 6000;
/** PLIs within the given seconds that count as a storm. */
const STORM = { picturesLost: 5, seconds: 10 } as const;

/** Our codecs send to a page without them, which loses 5 % of its packets; beside it the browser's own. */
export const plainPeer: Scenario = async (host, { seconds, note }) => {
  const notes: string[] = [];
  const { native, own } = await compare(async (variant) => {
    note(`plain peer, ${variant}`);
    const call = await BenchCall.open(host, {
      caller: { core: variant === 'own', sound: 'chirps', camera: HEAD_360P, view: 'nothing' },
      callee: { core: false, sound: 'noise', view: 'numbers' },
    });
    try {
      await delay(SETTLE_MS);
      call.relay.change({ fromCaller: { loss: LOSS }, fromCallee: { loss: LOSS } });
      const read = () => call.callee.evaluate(() => mediaBench.transport());
      const from = await call.now();
      const readings = [await read()];
      for (let second = 0; second < seconds; second += STORM.seconds) {
        await delay(Math.min(STORM.seconds, seconds - second) * 1000);
        readings.push(await read());
      }
      const { picture } = await timelines(call, { from, to: await call.now() });
      const [first, last] = [readings[0], readings.at(-1)];
      if (!first || !last) throw new Error('nothing was read');
      notes.push(...troubleOf('plain peer', await call.core()).filter((line) => !line.includes('.receive ')));
      const losses = readings
        .slice(1)
        .map((reading, index) => reading.picturesLost - (readings[index]?.picturesLost ?? 0));
      return {
        picture,
        picturesLost: last.picturesLost - first.picturesLost,
        storms: losses.filter((count) => count >= STORM.picturesLost).length,
        freezes: last.freezes - first.freezes,
        frozenMs: last.frozenMs - first.frozenMs,
      };
    } finally {
      await call.close();
    }
  });
  return {
    notes,
    figures: {
      'plainPeer.plis': own.picturesLost,
      'plainPeer.pliStorms': own.storms,
      'plainPeer.longFreezes': own.picture.longFreezes,
      'plainPeer.longestGapMs': own.picture.longestGapMs,
      'plainPeer.freezeCount': own.freezes,
      'plainPeer.frozenMs': own.frozenMs,
      'plainPeer.nativePlis': native.picturesLost,
      'plainPeer.nativeLongFreezes': native.picture.longFreezes,
      'plainPeer.nativeLongestGapMs': native.picture.longestGapMs,
    },
    tables: [
      {
        title: 'A peer without our codecs, 5 % loss',
        columns: [
          'sent by',
          'PLI',
          'PLI storms',
          'gaps over 500 ms',
          'longest gap ms',
          'freezes (getStats)',
          'frozen ms',
          'median ms',
          'frames/s',
        ],
        rows: Object.entries({ native, own }).map(([name, report]) => [
          name,
          ...[report.picturesLost, report.storms, report.picture.longFreezes, report.picture.longestGapMs],
          ...[report.freezes, report.frozenMs, delayFigures(report.picture.delays).medianMs, report.picture.frameRate],
        ]),
      },
    ],
  };
};
