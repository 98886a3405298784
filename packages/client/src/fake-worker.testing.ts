import { decodeCommand, encodeFromWorker } from '@xmpp-call/wire';
import type { KnownCommand } from '@xmpp-call/wire';
import type { WireEndpoint } from './wire-port.js';

type FromWorkerBody = Parameters<typeof encodeFromWorker>[0];
type ReplyResult = NonNullable<Extract<FromWorkerBody, { case: 'reply' }>['value']['result']>;
type EventBody = NonNullable<Extract<FromWorkerBody, { case: 'event' }>['value']['body']>;

/** What a fake worker does with one command: the reply, or nothing to leave it open. */
export type CommandHandler = (body: KnownCommand['body'], worker: FakeWorker) => ReplyResult | undefined;

export const DONE: ReplyResult = { case: 'done', value: {} };

/** A worker that speaks the wire contract and does what a test says. */
export class FakeWorker extends EventTarget implements WireEndpoint {
  readonly commands: KnownCommand[] = [];
  terminated = false;
  #seq = 0;

  constructor(readonly handler: CommandHandler) {
    super();
  }

  postMessage(data: unknown): void {
    const command = decodeCommand(data);
    this.commands.push(command);
    queueMicrotask(() => this.dispatchEvent(new Event('command')));
    const result = this.handler(command.body, this);
    if (result) this.reply(command.id, result);
  }

  reply(id: number, result: ReplyResult): void {
    this.#send({ case: 'reply', value: { id, result } });
  }

  emit(body: EventBody, seq = ++this.#seq): void {
    this.#send({ case: 'event', value: { seq, body } });
  }

  /** Bytes or anything else, as if the worker had posted it. */
  post(data: unknown): void {
    queueMicrotask(() => {
      if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data }));
    });
  }

  crash(): void {
    this.dispatchEvent(new Event('error'));
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Resolves once a command came that fits, also one from before. */
  async received(name: KnownCommand['body']['case'], fits: (body: KnownCommand['body']) => boolean = () => true) {
    while (!this.commands.some(({ body }) => body.case === name && fits(body))) {
      await new Promise((resolve) => {
        this.addEventListener('command', resolve, { once: true });
      });
    }
  }

  /** The names of the commands received so far. */
  get names(): string[] {
    return this.commands.map(({ body }) => body.case);
  }

  #send(body: FromWorkerBody): void {
    this.post(encodeFromWorker(body));
  }
}
