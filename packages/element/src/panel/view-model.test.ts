import assert from 'node:assert/strict';
import { it } from 'node:test';
import en from '../locales/en.js';
import { nameOf } from './view-model.js';

const named = (local: string) => nameOf(`${local}@example.org`, en.strings);

it('calls people by the first part of their address', () => {
  const people = ['maria.rossi', '15551234567', 'support', 'customer-support-germany', 'anna_the_second'];
  for (const local of people) assert.equal(named(local), local);
});

it('calls those whose address a server made up visitors', () => {
  for (const local of [
    '3b6f1e0a-8c51-4d0b-9f6e-1f0a6c2d7e55',
    '17249876543210987654',
    '-roazuo_gsuehkhwwmsckxks',
    'dxebzbidpeshvbrafqbfq7n0',
    'rmxa_qcnfn-jh--swvduaxj6',
  ]) {
    assert.equal(named(local), 'Visitor', local);
  }
});
