import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { candidate as anyCandidate } from '../model.testing.js';
import { candidateLine, isWorthAdding, isWorthSending, parseCandidateLine } from './candidate.js';

const read = (line: string) => parseCandidateLine(line, 'id');
const HOST = 'candidate:1 1 udp 2122260223 192.0.2.1 5000 typ host';

describe('ICE candidates', () => {
  it('case 22: reads lines with a=, with a line end and without prefix', () => {
    const expected = read(HOST);
    assert.ok(expected);
    for (const line of [`a=${HOST}`, `${HOST}\r\n`, HOST.replace('candidate:', '')])
      assert.deepEqual(read(line), expected);
  });

  it('case 31: skips extension pairs that it does not know', () => {
    const parsed = read(`${HOST} generation 2 ufrag abcd network-id 1 network-cost 50 odd`);
    assert.deepEqual([parsed?.generation, parsed?.network], [2, 0]);
  });

  it('case 29: an end of candidates is none', () => {
    for (const line of ['', 'candidate:', 'end-of-candidates', 'a=end-of-candidates'])
      assert.equal(read(line), undefined);
  });

  it('case 28: foundations that are no numbers become numbers, equal ones alike', () => {
    const foundation = (text: string) => read(HOST.replace(':1 ', `:${text} `))?.foundation;
    assert.match(foundation('Ha0a8f') ?? '', /^\d{1,10}$/);
    assert.equal(foundation('{a1b2}'), foundation('{a1b2}'));
    assert.notEqual(foundation('{a1b2}'), foundation('{a1b3}'));
    assert.equal(foundation('3188409035'), '3188409035');
  });

  it('cases 23, 24, 25, 27: nobody is sent link-local, mDNS, TCP or RTCP candidates', () => {
    const sent = (line: string) => {
      const parsed = read(line);
      return parsed !== undefined && isWorthSending(parsed);
    };
    assert.equal(sent(HOST), true);
    assert.equal(sent(HOST.replace('192.0.2.1', 'fe80::1')), false);
    assert.equal(sent(HOST.replace('192.0.2.1', '31fdea60-c067-4ea1-90a9-7ee5d572f266.local')), false);
    assert.equal(sent(`${HOST.replace('udp', 'tcp').replace('5000', '9')} tcptype active`), false);
    assert.equal(sent(HOST.replace(':1 1 ', ':1 2 ')), false);
    assert.equal(sent(HOST.replace('udp', 'ssltcp')), false);
  });

  it('cases 24, 25, 27: TCP without a listening port and component 2 of a peer are dropped, mDNS passes', () => {
    const taken = (line: string) => {
      const parsed = read(line);
      return parsed !== undefined && isWorthAdding(parsed);
    };
    assert.equal(taken(HOST), true);
    assert.equal(taken(HOST.replace('192.0.2.1', '31fdea60-c067-4ea1-90a9-7ee5d572f266.local')), true);
    assert.equal(taken(HOST.replace('udp', 'tcp')), false);
    assert.equal(taken(`${HOST.replace('udp', 'TCP')} tcptype active`), false);
    assert.equal(taken(`${HOST.replace('udp', 'TCP')} tcptype passive`), true);
    assert.equal(taken(HOST.replace(':1 1 ', ':1 2 ')), false);
    assert.equal(taken(HOST.replace('5000', '0')), false);
  });

  it('case 26: related address and port come together or not at all, and hidden ones are written', () => {
    const relay = HOST.replace('host', 'relay');
    assert.deepEqual(Object.keys(read(`${relay} raddr 10.0.0.1`) ?? {}).includes('relAddr'), false);
    const both = read(`${relay} raddr 0.0.0.0 rport 0`);
    assert.deepEqual([both?.relAddr, both?.relPort], ['0.0.0.0', 0]);
    const without = read(relay);
    assert.ok(without);
    assert.match(candidateLine(without), / typ relay raddr 0\.0\.0\.0 rport 9 /);
    assert.match(candidateLine({ ...without, ip: '2001:db8::1' }), / raddr :: rport 9 /);
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(anyCandidate, (value) => {
        const once = parseCandidateLine(candidateLine(structuredClone(value), 'ufrag'), value.id);
        assert.ok(once);
        assert.deepEqual(parseCandidateLine(candidateLine(once), value.id), once);
        assert.deepEqual(
          [once.ip, once.port, once.priority, once.type],
          [value.ip, value.port, value.priority, value.type],
        );
      }),
    );
  });
});
