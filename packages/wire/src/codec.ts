import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  Command,
  CommandSchema,
  EventSchema,
  FromWorker,
  FromWorkerSchema,
  ReplySchema,
} from './gen/xmpp_call/v1/signaling_pb.js';
import { MESSAGES, PACKAGE } from './gen/xmpp_call/v1/signaling_tables.js';
import * as table from './table.js';

const TABLES = table.parseTables(PACKAGE, MESSAGES);

/**
 * Version of the contract. It changes when a page and a worker of different builds could misunderstand each other:
 * they may come from different cache states.
 */
export const WIRE_VERSION = 3;

/** A message on the port that is not one of this contract. */
export class WireError extends Error {
  /** Of a command that could be read so far: it is still owed its reply. */
  readonly commandId: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly commandId?: number } = {}) {
    super(message, options);
    this.name = 'WireError';
    this.commandId = options.commandId;
  }
}

type CommandBody = NonNullable<MessageInitShape<typeof CommandSchema>['body']>;
/** The body of an Event before it gets its number. */
export type EventBody = NonNullable<MessageInitShape<typeof EventSchema>['body']>;
/** What answers a Command, before it gets the command's id. */
export type ReplyResult = NonNullable<MessageInitShape<typeof ReplySchema>['result']>;

type FromWorkerBody = NonNullable<MessageInitShape<typeof FromWorkerSchema>['body']>;

export function encodeCommand(id: number, body: CommandBody): Uint8Array<ArrayBuffer> {
  return table.encode(TABLES, 'Command', { id, body });
}

export function encodeFromWorker(body: FromWorkerBody): Uint8Array<ArrayBuffer> {
  return table.encode(TABLES, 'FromWorker', { body });
}

/** A Command whose body this version knows. */
export type KnownCommand = Command & { body: Exclude<Command['body'], { case: undefined }> };

/** @throws WireError when `data` is not an encoded Command with a body that this version knows. */
export function decodeCommand(data: unknown): KnownCommand {
  const command = decode(data, 'Command') as unknown as Command;
  if (command.body.case === undefined) {
    throw new WireError('the command has no body of this version', { commandId: command.id });
  }
  return command as KnownCommand;
}

/** @throws WireError when `data` is not an encoded FromWorker. */
export function decodeFromWorker(data: unknown): FromWorker {
  return decode(data, 'FromWorker') as unknown as FromWorker;
}

function decode(data: unknown, type: 'Command' | 'FromWorker'): Record<string, unknown> {
  if (!(data instanceof Uint8Array)) throw new WireError('not a protobuf message');
  try {
    return table.decode(TABLES, type, data);
  } catch (cause) {
    throw new WireError('not a protobuf message of this contract', { cause });
  }
}
