#!/usr/bin/env node
// A protoc plugin: the messages of a .proto as compact tables, from which src/codec.ts reads and writes them. The types
// come from protoc-gen-es; its own runtime carries the reflection of all protobuf and weighs four times as much.
import { ScalarType } from '@bufbuild/protobuf';
import { createEcmaScriptPlugin, runNodeJs } from '@bufbuild/protoplugin';

const SCALARS = { [ScalarType.UINT32]: "'u'", [ScalarType.STRING]: "'s'", [ScalarType.BOOL]: "'b'" };

/** The kind of a field as a TypeScript expression, see src/table.ts. */
function kindOf(field, indexes) {
  if (field.fieldKind === 'map') {
    if (field.mapKey !== ScalarType.STRING || field.scalar !== ScalarType.STRING) throw unsupported(field);
    return "'m'";
  }
  if (field.message) return String(indexes.get(field.message.typeName));
  if (field.enum) return "'u'";
  const kind = SCALARS[field.scalar];
  if (!kind) throw unsupported(field);
  return kind;
}

function unsupported(field) {
  return new Error(`${field.parent.typeName}.${field.name}: a kind of field that the codec does not know`);
}

function rowOf(field, indexes) {
  const repeated = field.fieldKind === 'list';
  if (repeated && !field.message && field.scalar !== ScalarType.STRING) throw unsupported(field);
  const parts = [String(field.number), `'${field.localName}'`, kindOf(field, indexes)];
  if (field.oneof || repeated) parts.push(field.oneof ? `'${field.oneof.localName}'` : '0');
  if (repeated) parts.push('1');
  return `[${parts.join(', ')}]`;
}

runNodeJs(
  createEcmaScriptPlugin({
    name: 'protoc-gen-wire-tables',
    version: 'v1',
    generateTs(schema) {
      for (const file of schema.files) {
        const out = schema.generateFile(`${file.name}_tables.ts`);
        out.preamble(file);
        const indexes = new Map(file.messages.map((message, index) => [message.typeName, index]));
        out.print("import type { Table } from '../../../table.js';");
        out.print();
        for (const message of file.messages)
          out.print(`export const ${message.name} = ${indexes.get(message.typeName)};`);
        out.print();
        out.print('export const TABLES: readonly Table[] = [');
        for (const message of file.messages) {
          const rows = message.fields.map((field) => rowOf(field, indexes)).join(', ');
          out.print(`  { name: '${message.typeName}', fields: [${rows}] },`);
        }
        out.print('];');
      }
    },
  }),
);
