/** What every engine measures, by name: arguments and results travel as JSON. */
import initOpus from '@xmpp-call/opus';
import initVp8 from '@xmpp-call/vp8';
import { timeStarts } from './modules.js';
import { OpusBench, type OpusRequest } from './opus.js';
import type { Host } from './timing.js';
import { Vp8Bench, type Vp8Request } from './vp8.js';
import { browserOpus, browserVp8 } from './web-codecs.js';

export type Tasks = ReturnType<typeof createTasks>;
export type TaskName = keyof Tasks;
export type TaskArgument<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** A Node process or a browser. */
export interface Engine {
  readonly name: 'node' | 'chromium' | 'firefox';
  run<Name extends TaskName>(name: Name, argument: TaskArgument<Name>): Promise<TaskResult<Name>>;
}

export function createTasks(host: Host) {
  const vp8 = new Vp8Bench(host);
  const opus = new OpusBench(host);
  return {
    clock: () => Promise.resolve({ granularityMs: host.granularityMs }),
    startVp8: ({ count }: { readonly count: number }) => timeStarts(host, 'vp8', initVp8, count),
    startOpus: ({ count }: { readonly count: number }) => timeStarts(host, 'opus', initOpus, count),
    encodeVp8: (request: Vp8Request) => vp8.encode(request),
    decodeVp8: (request: Vp8Request) => vp8.decode(request),
    firstFrameVp8: (request: Vp8Request) => vp8.firstFrame(request),
    heapVp8: (request: Vp8Request) => vp8.heap(request),
    encodeOpus: (request: OpusRequest) => opus.encode(request),
    decodeOpus: (request: OpusRequest) => opus.decode(request),
    heapOpus: (request: OpusRequest) => opus.heap(request),
    browserVp8: async (request: Vp8Request) => browserVp8(host, await vp8.vp8(), request),
    browserOpus: (request: OpusRequest) => browserOpus(host, request),
  };
}
