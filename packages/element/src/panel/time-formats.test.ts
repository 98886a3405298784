import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatClock, formatDuration, formatTimeOfDay, isoDuration } from './time-formats.js';

const SECOND = 1000;

test('the clock shows minutes and seconds, and hours where there are any', () => {
  assert.equal(formatClock(0, 'en'), '0:00');
  assert.equal(formatClock(999, 'en'), '0:00');
  assert.equal(formatClock(65 * SECOND, 'en'), '1:05');
  assert.equal(formatClock(3_725 * SECOND, 'en'), '1:02:05');
  assert.equal(formatClock(100 * 3600 * SECOND, 'en'), '100:00:00');
});

test('the clock has the digits of its language', () => {
  assert.equal(formatClock(65 * SECOND, 'ar-EG'), '١:٠٥');
});

test('a clock of the other side that runs ahead is no negative time', () => {
  assert.equal(formatClock(-5 * SECOND, 'en'), '0:00');
  assert.equal(isoDuration(-5 * SECOND), 'PT0S');
});

test('durations are written out, without parts that are zero', () => {
  assert.equal(formatDuration(0, 'en'), '0 seconds');
  assert.equal(formatDuration(1 * SECOND, 'en'), '1 second');
  assert.equal(formatDuration(120 * SECOND, 'en'), '2 minutes');
  assert.equal(formatDuration(125 * SECOND, 'en'), '2 minutes, 5 seconds');
  assert.equal(formatDuration(3_725 * SECOND, 'en'), '1 hour, 2 minutes');
  assert.equal(formatDuration(125 * SECOND, 'de'), '2 Minuten, 5 Sekunden');
});

test('durations for machines are ISO 8601', () => {
  assert.equal(isoDuration(125.9 * SECOND), 'PT125S');
  assert.equal(isoDuration(3_600 * SECOND), 'PT3600S');
});

test('the time of day follows the language', () => {
  const at = new Date(2026, 0, 2, 15, 4).getTime();
  assert.equal(formatTimeOfDay(at, 'de'), '15:04');
  assert.match(formatTimeOfDay(at, 'en-US'), /^3:04\sPM$/);
});
