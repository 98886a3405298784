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
  return { package: packageName, messages: new Map(messages) };
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
  for (const [number, name, kind, oneof, repeated] of tables.messages.get(type) ?? []) {
    const value = message[name];
    if (oneof) {
      const chosen = (message[oneof] ?? {}) as Oneof;
      if (chosen.case === name) writeField(writer, tables, number, kind, chosen.value);
    } else if (repeated) {
      for (const item of (value ?? []) as readonly unknown[]) writeField(writer, tables, number, kind, item);
    } else if (value) {
      // Every default is falsy, and no other value.
      writeField(writer, tables, number, kind, value);
    }
  }
  return writer.finish();
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
    if (kind === 'm') {
      const { 1: key, 2: value } = readEntry(reader.delimited());
      (message[name] as Record<string, string>)[key] = value;
      continue;
    }
    const value = readField(reader, tables, kind);
    if (oneof) message[oneof] = { case: name, value };
    else if (repeated) (message[name] as unknown[]).push(value);
    else message[name] = value;
  }
  return message;
}

function wireTypeOf(kind: Kind): WireType {
  return kind === 'u' || kind === 'b' ? VARINT : DELIMITED;
}

function writeField(writer: Writer, tables: Tables, number: number, kind: Kind, value: unknown): void {
  if (kind === 'm') {
    for (const [key, text] of Object.entries(value as Record<string, string>)) {
      const entry = new Writer().tag(1, DELIMITED).text(key).tag(2, DELIMITED).text(text);
      writer.tag(number, DELIMITED).delimited(entry.finish());
    }
    return;
  }
  writer.tag(number, wireTypeOf(kind));
  if (wireTypeOf(kind) === VARINT) writer.varint(Number(value));
  else if (kind === 's') writer.text(value as string);
  else writer.delimited(encode(tables, kind, value as Fields));
}

function readField(reader: Reader, tables: Tables, kind: Kind): unknown {
  if (kind === 'u') return reader.varint();
  if (kind === 'b') return reader.varint() !== 0;
  return kind === 's' ? reader.text() : decode(tables, kind, reader.delimited());
}

function readEntry(bytes: Uint8Array): { 1: string; 2: string } {
  const entry = { 1: '', 2: '' };
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === 10 || tag === 18) entry[tag === 10 ? 1 : 2] = reader.text();
    else reader.skip(tag & 7);
  }
  return entry;
}
