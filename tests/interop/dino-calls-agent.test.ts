import { AGENT, DINO_HZ, PAGE_COLOUR, PAGE_HZ, stage } from './stage.js';

const play = stage('dino-calls-agent', 'agent');

play('Dino calls an agent with video, both hear and see each other, the agent hangs up', async ({ dino, page }) => {
  await dino.call(AGENT.jid, 'video');
  await page.press('answer-video');
  await page.reaches('active');
  await Promise.all([dino.playedTone(PAGE_HZ), page.hears(DINO_HZ)]);
  await Promise.all([dino.videoSeen(PAGE_COLOUR), page.seesColourBars()]);

  await page.press('hang-up');
  await page.reaches('ended');
  await dino.callWindowGone();
});

play('Dino hangs up while the agent page rings, and the page stops ringing', async ({ dino, page }) => {
  await dino.call(AGENT.jid, 'audio');
  await page.reaches('incoming');
  await dino.click('hangup');
  await page.stopsRinging();
});

play('the agent declines, and Dino is told', async ({ dino, page }) => {
  await dino.call(AGENT.jid, 'audio');
  await page.press('decline');
  await dino.remembers('declined');
});

play('an agent who signs in again after a reload can be called at once', async ({ dino, page }) => {
  await page.page.reload();
  await page.signIn(AGENT.jid, AGENT.password);
  await dino.call(AGENT.jid, 'audio');
  await page.press('answer');
  await page.hears(DINO_HZ);
});
