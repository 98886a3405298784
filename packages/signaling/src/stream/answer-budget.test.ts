import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerBudget } from './answer-budget.js';
import { VirtualEnvironment } from './stream.testing.js';

const allowed = (budget: AnswerBudget, jid: string, requests: number): number =>
  Array.from({ length: requests }, () => budget.allows(jid)).filter(Boolean).length;

test('a stranger gets the answers that a call needs, then ten a second, and takes nothing from others', () => {
  const environment = new VirtualEnvironment();
  const budget = new AnswerBudget(environment);
  assert.equal(allowed(budget, 'evil@example.org', 10_000), 50);
  environment.advance(1_000);
  assert.equal(allowed(budget, 'evil@example.org', 10_000), 10);
  assert.equal(allowed(budget, 'caller@example.org', 40), 40);
});

test('a thousand strangers get fifty a second together', () => {
  const environment = new VirtualEnvironment();
  const budget = new AnswerBudget(environment);
  const answers = (): number => {
    let total = 0;
    for (let guest = 0; guest < 1_000; guest++) total += allowed(budget, `${guest}@guest.example.org`, 5);
    return total;
  };
  assert.equal(answers(), 200);
  environment.advance(1_000);
  assert.equal(answers(), 50);
});

test('whom we turned to, and whom the calls exempt, is not limited', () => {
  const budget = new AnswerBudget(new VirtualEnvironment());
  budget.note('desk@example.org');
  assert.equal(allowed(budget, 'desk@example.org', 5_000), 5_000);
  const release = budget.exempt('caller@example.org');
  const releaseSecond = budget.exempt('caller@example.org');
  release();
  release();
  assert.equal(allowed(budget, 'caller@example.org', 5_000), 5_000);
  releaseSecond();
  assert.equal(allowed(budget, 'caller@example.org', 5_000), 50);
});
