#!/usr/bin/env node
// A protoc plugin: the messages of a .proto as one short text, from which src/codec.ts reads and writes them. The types
// come from protoc-gen-es; its own runtime carries the reflection of all protobuf and weighs four times as much.
import { ScalarType } from '@bufbuild/protobuf';
import { createEcmaScriptPlugin, runNodeJs } from '@bufbuild/protoplugin';

const SCALARS = { [ScalarType.UINT32]: 'u', [ScalarType.STRING]: 's', [ScalarType.BOOL]: 'b' };

/** The kind of a field, see src/table.ts. */
function kindOf(field) {
  if (field.fieldKind === 'map') {
    if (field.mapKey !== ScalarType.STRING || field.scalar !== ScalarType.STRING) throw unsupported(field);
    return 'm';
  }
  if (field.message) return field.message.name;
  if (field.enum) return 'u';
  const kind = SCALARS[field.scalar];
  if (!kind) throw unsupported(field);
  return kind;
}

function unsupported(field) {
  return new Error(`${field.parent.typeName}.${field.name}: a kind of field that the codec does not know`);
}

/** `[oneof.]name[:kind][*]`, see parseTables in src/table.ts. */
function entryOf(field) {
  const repeated = field.fieldKind === 'list';
  if (repeated && !field.message && field.scalar !== ScalarType.STRING) throw unsupported(field);
  const name = field.localName;
  const kind = kindOf(field);
  const implied = field.oneof ? name[0].toUpperCase() + name.slice(1) : 's';
  return `${field.oneof ? `${field.oneof.localName}.` : ''}${name}${kind === implied ? '' : `:${kind}`}${repeated ? '*' : ''}`;
}

/** A message's name and its fields by their numbers; a number that is not in use leaves its place empty. */
function lineOf(message) {
  const entries = [message.name];
  for (const field of message.fields) entries[field.number] = entryOf(field);
  return Array.from(entries, (entry) => entry ?? '').join(' ');
}

runNodeJs(
  createEcmaScriptPlugin({
    name: 'protoc-gen-wire-tables',
    version: 'v1',
    generateTs(schema) {
      for (const file of schema.files) {
        const out = schema.generateFile(`${file.name}_tables.ts`);
        out.preamble(file);
        out.print(`export const PACKAGE = '${file.proto.package}';`);
        out.print();
        out.print(`export const MESSAGES = \`${file.messages.map(lineOf).join('\n')}\`;`);
      }
    },
  }),
);
