import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { file_xmpp_call_v1_signaling as file } from './gen/xmpp_call/v1/signaling_pb.js';
import { MESSAGES, PACKAGE } from './gen/xmpp_call/v1/signaling_tables.js';
import { decode, encode, parseTables } from './table.js';

describe('parseTables', () => {
  it('knows every field of the contract by its number and oneof', () => {
    const { messages } = parseTables(PACKAGE, MESSAGES);
    const read = [...messages]
      .filter(([type]) => type !== 'm')
      .map(([type, fields]) => [
        type,
        fields.map(([number, name, , oneof, repeated]) => [number, name, oneof, repeated]),
      ]);
    const expected = file.messages.map((message) => [
      message.name,
      message.fields.map((field) => [
        field.number,
        field.localName,
        field.oneof?.localName,
        field.fieldKind === 'list',
      ]),
    ]);
    assert.deepEqual(read, expected);
  });

  it('writes maps as protobuf does', () => {
    const tables = parseTables('p', 'Log context:m');
    const bytes = encode(tables, 'Log', { context: { a: 'b', c: '' } });
    assert.deepEqual([...bytes], [10, 6, 10, 1, 97, 18, 1, 98, 10, 3, 10, 1, 99]);
    assert.deepEqual({ ...(decode(tables, 'Log', bytes).context as object) }, { a: 'b', c: '' });
  });

  it('leaves out numbers that are not in use', () => {
    const tables = parseTables('p', 'Gap first  third:u');
    assert.deepEqual(tables.messages.get('Gap'), [
      [1, 'first', 's', undefined, false],
      [3, 'third', 'u', undefined, false],
    ]);
    const bytes = encode(tables, 'Gap', { first: 'a', third: 7 });
    assert.deepEqual(decode(tables, 'Gap', bytes), { $typeName: 'p.Gap', first: 'a', third: 7 });
  });
});
