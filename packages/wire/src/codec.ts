import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CommandSchema, FromWorkerSchema } from './gen/xmpp_call/v1/signaling_pb.js';
import type { Command, FromWorker } from './gen/xmpp_call/v1/signaling_pb.js';

/**
 * Version of the contract. It changes when a page and a worker of different builds could misunderstand each other:
 * they may come from different cache states.
 */
export const WIRE_VERSION = 1;

/** A message on the port that is not one of this contract. */
export class WireError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
  }
}

type CommandBody = NonNullable<MessageInitShape<typeof CommandSchema>['body']>;
type FromWorkerBody = NonNullable<MessageInitShape<typeof FromWorkerSchema>['body']>;

export function encodeCommand(id: number, body: CommandBody): Uint8Array<ArrayBuffer> {
  return toBinary(CommandSchema, create(CommandSchema, { id, body }));
}

export function encodeFromWorker(body: FromWorkerBody): Uint8Array<ArrayBuffer> {
  return toBinary(FromWorkerSchema, create(FromWorkerSchema, { body }));
}

/** A Command whose body this version knows. */
export type KnownCommand = Command & { body: Exclude<Command['body'], { case: undefined }> };

/** @throws WireError when `data` is not an encoded Command with a body that this version knows. */
export function decodeCommand(data: unknown): KnownCommand {
  const command = decode(data, (bytes) => fromBinary(CommandSchema, bytes));
  if (command.body.case === undefined) throw new WireError(`command ${String(command.id)} has no body of this version`);
  return command as KnownCommand;
}

/** @throws WireError when `data` is not an encoded FromWorker. */
export function decodeFromWorker(data: unknown): FromWorker {
  return decode(data, (bytes) => fromBinary(FromWorkerSchema, bytes));
}

function decode<T>(data: unknown, parse: (bytes: Uint8Array) => T): T {
  if (!(data instanceof Uint8Array)) throw new WireError('not a protobuf message');
  try {
    return parse(data);
  } catch (cause) {
    throw new WireError('not a protobuf message of this contract', { cause });
  }
}
