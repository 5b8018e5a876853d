// What a stranger who was given only the address comes to do, by what stands on the pages.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/** Each story is told `{ page, say, base }`: a page that shows the overview, the words of its language, the house's address. */
export const STORIES = {
  'answers a ticket, once': async ({ page, say }) => {
    const words = 'We have opened the old key again for an hour. 旧密钥已恢复一小时。';
    await page.getByRole('main').locator('a[href^="/tickets"]').first().click();
    await page.locator('a[href^="/tickets/"]').filter({ hasText: 'T-4' }).first().click();
    await page.getByRole('textbox', { name: say('console-ticket-words') }).fill(words);
    const send = page.getByRole('button', { name: say('console-ticket-send-to') });
    await send.dblclick({ delay: 30 });
    await page.getByRole('log').locator('.body', { hasText: words }).first().waitFor();
    await page.reload();
    assert.equal(await page.getByRole('log').locator('.body', { hasText: words }).count(), 1, 'a double click sends once');
    // Who answers first has taken it.
    await page.getByRole('button', { name: say('console-ticket-claim'), exact: true }).waitFor({ state: 'detached' });
  },

  'sends an announcement to one tier': async ({ page, say }) => {
    await place(page, say, 'console-place-announcements');
    await page.getByRole('link', { name: say('console-compose-begin') }).click();
    const chinese = page.getByRole('main').getByRole('group').nth(0);
    await chinese.getByRole('textbox').nth(0).fill('仓库放假');
    await chinese.getByRole('textbox').nth(1).fill('仓库 12 月 1 日休息一天。');
    const english = page.getByRole('main').getByRole('group').nth(1);
    await english.getByRole('textbox').nth(0).fill('Warehouse holiday');
    await english.getByRole('textbox').nth(1).fill('The warehouse rests on 1 December.');
    await page.getByRole('textbox', { name: say('console-compose-audience') }).fill('tier crown');
    await page.getByRole('button', { name: say('console-compose-look') }).click();
    await page.getByRole('button', { name: say('console-compose-send') }).click();
    await page.waitForURL(/\/announcements\/\d+$/);
    const address = page.url();
    await until(page, async () => {
      await page.goto(address);
      return page.getByText(say('announcement-state-sent'), { exact: true }).first().isVisible();
    });
  },

  'writes an activity and pushes it': async ({ page, say }) => {
    await place(page, say, 'console-place-activities');
    await page.getByRole('link', { name: say('console-activity-new') }).click();
    const english = page.getByRole('main').getByRole('group').nth(1);
    await english.getByRole('textbox').nth(0).fill('Packing class');
    await english.getByRole('textbox').nth(1).fill('How to pack glass.');
    await page.getByRole('textbox', { name: say('console-activity-starts') }).fill('never');
    await page.getByRole('textbox', { name: say('console-activity-places') }).fill('30');
    await page.getByRole('textbox', { name: say('console-compose-audience') }).fill('tier crown');
    const keep = page.getByRole('button', { name: say('console-activity-keep') }).filter({ visible: true }).last();
    await keep.click();
    // What cannot be read costs nothing of the rest.
    assert.equal(await page.getByRole('textbox', { name: say('console-activity-places') }).inputValue(), '30');
    await page.getByRole('textbox', { name: say('console-activity-starts') }).fill('in 3d');
    await keep.click();
    await page.waitForURL(/\/activities\/\d+$/);
    await page.locator('.sight').getByText('How to pack glass.').first().waitFor();
    await page.locator('button[value="publish"]').click();
    await page.getByText(say('activity-state-open'), { exact: true }).first().waitFor();
  },

  'undoes a wrong mute': async ({ page, say }) => {
    await place(page, say, 'console-place-moderation');
    await page.getByRole('link', { name: say('console-cases-stand'), exact: true }).click();
    await page.getByRole('link', { name: 'C-3', exact: true }).click();
    await page.getByRole('button', { name: say('console-case-undo') }).click();
    await page.waitForLoadState();
    assert.equal(await page.getByRole('button', { name: say('console-case-undo') }).count(), 0, 'there is nothing left to undo');
    await place(page, say, 'console-place-moderation');
    await page.getByRole('link', { name: say('console-cases-undone'), exact: true }).click();
    await page.getByRole('link', { name: 'C-3', exact: true }).waitFor();
  },

  'finds why a message was deleted': async ({ page, say }) => {
    await place(page, say, 'console-place-moderation');
    await page.getByRole('link', { name: say('console-cases-all'), exact: true }).click();
    await page.getByRole('row').filter({ hasText: '刷单返利' }).getByRole('link').first().click();
    const told = await page.getByRole('main').textContent();
    for (const part of ['fraud.easy-money', '刷单返利']) assert.ok(told.includes(part), `${part} in ${told}`);
  },

  'imports a merchant list': async ({ page, say, scripts }) => {
    const name = `Harbour Light ${scripts ? 'One' : 'Two'}`;
    await place(page, say, 'console-place-merchants');
    await page.getByRole('link', { name: say('console-import') }).click();
    const table = Buffer.from(`name,category,tier,tags\n${name},home,heart,"=SUM(A1), live"\n云裳阁,apparel,diamond,\n,home,,\n`);
    await page.locator('input[type=file]').setInputFiles({ name: 'shops.csv', mimeType: 'text/csv', buffer: table });
    await page.getByRole('button', { name: say('console-import-look') }).click();
    await page.getByRole('row').filter({ hasText: name }).waitFor();
    await page.getByRole('button', { name: say('console-import-run') }).click();
    await page.waitForLoadState();
    await place(page, say, 'console-place-merchants');
    await page.getByRole('link', { name, exact: true }).waitFor();
    await page.getByRole('row').filter({ hasText: '云裳阁' }).waitFor();
  },

  'reads last week’s report': async ({ page, say }) => {
    await place(page, say, 'console-place-reports');
    await page.getByRole('row').filter({ hasText: say('console-report-opened') }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: say('console-audit-csv') }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    assert.ok(csv.includes(say('console-report-opened')), csv);
  },
};

/** Goes to a place in the rail, which folds where the screen is narrow. */
async function place(page, say, key) {
  const fold = page.locator('summary').filter({ hasText: say('console-menu') });
  if (await fold.isVisible()) await fold.click();
  await page.getByRole('link', { name: new RegExp(`^${say(key)}( \\d+)?$`) }).filter({ visible: true }).first().click();
  await page.waitForLoadState();
}

async function until(page, isSo) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await isSo()) return;
    await page.waitForTimeout(250);
  }
  throw new Error(`it has not come about on ${page.url()}`);
}
