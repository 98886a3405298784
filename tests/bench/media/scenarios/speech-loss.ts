import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall } from '../call.js';
import { compare } from '../variants.js';
import { troubleOf } from './latency.js';
import type { Scenario } from './scenario.js';

const LOSS = { fraction: 0.2, meanBurst: 2.5 } as const;
const SETTLE_MS = 6000;
/** Time for both ends to adapt to the loss. */
const ADAPT_MS = 5000;

/** Speech over a network that loses 20 % of its packets, in bursts, both ways. */
export const speechLoss: Scenario = async (host, { seconds, note }) => {
  const notes: string[] = [];
  const { native, own } = await compare(async (variant) => {
    note(`speech over a lossy network, ${variant}`);
    const core = variant === 'own';
    const call = await BenchCall.open(host, {
      caller: { core, sound: 'speech', view: 'nothing' },
      callee: { core, sound: 'noise', view: 'nothing' },
    });
    try {
      await delay(SETTLE_MS);
      call.relay.change({ fromCaller: { loss: LOSS }, fromCallee: { loss: LOSS } });
      await delay(ADAPT_MS);
      const before = call.relay.countersOf('caller');
      await call.callee.evaluate(() => mediaBench.record(true));
      await delay(seconds * 1000);
      await call.callee.evaluate(() => mediaBench.record(false));
      const after = call.relay.countersOf('caller');
      notes.push(
        ...troubleOf('speech over a lossy network', await call.core()).filter((line) => line.includes('audio')),
      );
      const [lost, passed] = [after.lost - before.lost, after.packets - before.packets];
      const bitrate = ((after.bytes - before.bytes) * 8) / seconds;
      const quality = await call.callee.evaluate(() => mediaBench.intelligibility());
      return { ...quality, lossFraction: lost / (lost + passed), bitrate };
    } finally {
      await call.close();
    }
  });
  const key = 'audio.loss20.quality';
  return {
    notes,
    figures: {
      [`${key}.native`]: native.score,
      [`${key}.own`]: own.score,
      [`${key}.gain`]: own.score - native.score,
      [`${key}.lostNative`]: native.lost,
      [`${key}.lostOwn`]: own.lost,
      'audio.loss20.nativeBitrate': native.bitrate,
      'audio.loss20.ownBitrate': own.bitrate,
    },
    tables: [
      {
        title: 'Speech with 20 % loss in bursts of 2.5',
        columns: [
          '',
          'intelligibility (1 is perfect)',
          'stretches lost %',
          'packets lost %',
          'kbit/s that came through',
        ],
        rows: Object.entries({ native, own }).map(([name, { score, lost, lossFraction, bitrate }]) => [
          name,
          score,
          lost * 100,
          lossFraction * 100,
          bitrate / 1000,
        ]),
      },
    ],
  };
};
