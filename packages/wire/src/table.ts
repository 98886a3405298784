import { DELIMITED, Reader, VARINT, Writer } from './binary.js';
import type { WireType } from './binary.js';

/** `u` uint32 or enum, `s` string, `b` bool, `m` map<string, string>, or the name of a message. */
type Kind = string;
type Field = readonly [number: number, name: string, kind: Kind, oneof: string | undefined, repeated: boolean];
/** The messages of a .proto: the fields of each by its name. */
export interface Tables {
  readonly package: string;
  readonly messages: ReadonlyMap<string, readonly Field[]>;
}

type Fields = Record<string, unknown>;
interface Oneof {
  readonly case?: string | undefined;
  readonly value?: unknown;
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** A map is encoded as repeated messages of this kind. */
const MAP_ENTRY: readonly Field[] = [
  [1, 'key', 's', undefined, false],
  [2, 'value', 's', undefined, false],
];
const DEFAULTS: Readonly<Record<Kind, unknown>> = { u: 0, s: '', b: false };
const ENTRY = /^(?:(\w+)\.)?(\w+)(?::(\w+))?(\*?)$/;

/**
 * Reads the tables of a .proto: a line per message, which is its name and then its fields, the first of number 1, each
 * as `[oneof.]name[:kind][*]` (`*` is repeated). A member of a oneof is by default the message of its own name in upper
 * camel case, any other field a string.
 */
export function parseTables(packageName: string, text: string): Tables {
  const messages = text.split('\n').map((line) => {
    const [name = '', ...entries] = line.split(' ');
    return [name, entries.flatMap((entry, i) => parseField(entry, i + 1))] as const;
  });
  return { package: packageName, messages: new Map([...messages, ['m', MAP_ENTRY]]) };
}

function parseField(entry: string, number: number): readonly Field[] {
  const match = ENTRY.exec(entry);
  if (!match) return [];
  const [, oneof, name = '', kind, repeated] = match;
  const implied = oneof ? name.replace(/^./, (first) => first.toUpperCase()) : 's';
  return [[number, name, kind ?? implied, oneof, repeated === '*']];
}

/** A message in the binary encoding of proto3. Missing fields have their default. */
export function encode(tables: Tables, type: string, message: Fields): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  for (const field of tables.messages.get(type) ?? []) {
    const [number, , kind] = field;
    for (const value of valuesOf(message, field)) {
      writer.tag(number, wireTypeOf(kind));
      if (wireTypeOf(kind) === VARINT) writer.varint(Number(value));
      else if (kind === 's') writer.text(value as string);
      else writer.delimited(encode(tables, kind, value as Fields));
    }
  }
  return writer.finish();
}

/** What is to be written of a field, in order. */
function valuesOf(message: Fields, [, name, kind, oneof, repeated]: Field): readonly unknown[] {
  const value = message[name];
  if (oneof) {
    const chosen = message[oneof] as Oneof | undefined;
    return chosen?.case === name ? [chosen.value] : [];
  }
  if (repeated) return (value ?? []) as readonly unknown[];
  if (kind === 'm') return Object.entries(value ?? {}).map(([key, text]) => ({ key, value: text as unknown }));
  // Every default is falsy, and no other value.
  return value ? [value] : [];
}

/** @throws RangeError or TypeError when the bytes are no message of this type; unknown fields are skipped. */
export function decode(tables: Tables, type: string, bytes: Uint8Array): Fields {
  const fields = tables.messages.get(type) ?? [];
  const message: Fields = { $typeName: `${tables.package}.${type}` };
  for (const [, name, kind, oneof, repeated] of fields) {
    if (oneof) message[oneof] = { case: undefined };
    else message[name] = repeated ? [] : kind === 'm' ? (Object.create(null) as unknown) : DEFAULTS[kind];
  }
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.varint();
    const wireType = tag & 7;
    const field = fields.find(([number]) => number === Math.floor(tag / 8));
    if (!field) {
      reader.skip(wireType);
      continue;
    }
    const [, name, kind, oneof, repeated] = field;
    if (wireType !== wireTypeOf(kind)) throw new TypeError(`${name} has another wire type`);
    const value = readValue(reader, tables, kind);
    if (kind === 'm') {
      const entry = value as Entry;
      (message[name] as Record<string, string>)[entry.key] = entry.value;
    } else if (oneof) message[oneof] = { case: name, value };
    else if (repeated) (message[name] as unknown[]).push(value);
    else message[name] = value;
  }
  return message;
}

function wireTypeOf(kind: Kind): WireType {
  return kind === 'u' || kind === 'b' ? VARINT : DELIMITED;
}

function readValue(reader: Reader, tables: Tables, kind: Kind): unknown {
  if (kind === 'u') return reader.varint();
  if (kind === 'b') return reader.varint() !== 0;
  return kind === 's' ? reader.text() : decode(tables, kind, reader.delimited());
}
