/** Runs the tasks in a dedicated worker. */
import { type TaskName, createTasks } from './tasks.js';
import { type Host, granularityOf } from './timing.js';

export interface TaskMessage {
  readonly name: TaskName;
  readonly argument: unknown;
}

export type TaskAnswer = { readonly result: unknown } | { readonly problem: string };

const now = (): number => performance.now();
const modules = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
const host: Host = {
  now,
  cpu: undefined,
  granularityMs: granularityOf(now),
  moduleBytes(codec) {
    const bytes = modules.get(codec) ?? fetchBytes(`/${codec}_bg.wasm`);
    modules.set(codec, bytes);
    return bytes;
  },
};
const tasks = createTasks(host);

globalThis.addEventListener('message', ({ data }: MessageEvent<TaskMessage>) => {
  // The bench sends each task its arguments.
  const task = tasks[data.name] as (argument: unknown) => Promise<unknown>;
  task(data.argument).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function answer(message: TaskAnswer): void {
  globalThis.postMessage(message);
}

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
