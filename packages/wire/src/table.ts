import { DELIMITED, Reader, VARINT, Writer } from './binary.js';

/** `u` uint32 or enum, `s` string, `b` bool, `m` map<string, string>, or the index of a message's table. */
export type FieldKind = 'u' | 's' | 'b' | 'm' | number;

/** Field number, name, kind, the oneof it belongs to (0 for none), and whether it is repeated. */
export type Field = readonly [number: number, name: string, kind: FieldKind, oneof?: string | 0, repeated?: 1];

export interface Table {
  readonly name: string;
  readonly fields: readonly Field[];
}

export type Tables = readonly Table[];
type Fields = Record<string, unknown>;
interface Oneof {
  readonly case?: string | undefined;
  readonly value?: unknown;
}

const DEFAULTS = { u: 0, s: '', b: false } as const;

/** A message in the binary encoding of proto3. Missing fields have their default. */
export function encode(tables: Tables, index: number, message: Fields): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  for (const [number, name, kind, oneof, repeated] of tables[index]?.fields ?? []) {
    const value = message[name];
    if (oneof) {
      const chosen = (message[oneof] ?? {}) as Oneof;
      if (chosen.case === name) writeField(writer, tables, number, kind, chosen.value);
    } else if (repeated) {
      for (const item of (value ?? []) as readonly unknown[]) writeField(writer, tables, number, kind, item);
    } else if (value !== undefined && value !== defaultOf(kind)) {
      writeField(writer, tables, number, kind, value);
    }
  }
  return writer.finish();
}

/** @throws RangeError or TypeError when the bytes are no message of this kind; unknown fields are skipped. */
export function decode(tables: Tables, index: number, bytes: Uint8Array): Fields {
  const { name: typeName, fields } = tables[index] ?? { name: '', fields: [] };
  const message: Fields = { $typeName: typeName };
  for (const [, name, kind, oneof, repeated] of fields) {
    if (oneof) message[oneof] = { case: undefined };
    else if (repeated) message[name] = [];
    else if (kind === 'm') message[name] = Object.create(null) as unknown;
    else if (typeof kind === 'string') message[name] = DEFAULTS[kind];
  }
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.varint();
    const field = fields.find(([number]) => number === Math.floor(tag / 8));
    const type = tag & 7;
    if (!field) {
      reader.skip(type);
      continue;
    }
    const [, name, kind, oneof, repeated] = field;
    if (type !== (kind === 'u' || kind === 'b' ? VARINT : DELIMITED))
      throw new TypeError(`${name} has another wire type`);
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

function defaultOf(kind: FieldKind): unknown {
  return kind === 'u' || kind === 's' || kind === 'b' ? DEFAULTS[kind] : undefined;
}

function writeField(writer: Writer, tables: Tables, number: number, kind: FieldKind, value: unknown): void {
  if (kind === 'u' || kind === 'b') {
    writer.tag(number, VARINT).varint(Number(value));
  } else if (kind === 's') {
    writer.tag(number, DELIMITED).text(value as string);
  } else if (kind === 'm') {
    for (const [key, text] of Object.entries(value as Record<string, string>)) {
      const entry = new Writer().tag(1, DELIMITED).text(key).tag(2, DELIMITED).text(text);
      writer.tag(number, DELIMITED).delimited(entry.finish());
    }
  } else {
    writer.tag(number, DELIMITED).delimited(encode(tables, kind, value as Fields));
  }
}

function readField(reader: Reader, tables: Tables, kind: Exclude<FieldKind, 'm'>): unknown {
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
