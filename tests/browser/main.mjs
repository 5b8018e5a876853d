// The console in a real browser: every page, and the stories, in both languages, at desk and phone width, light and dark, with
// scripts and without. `tests/browser/run` has what it needs.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { openHouse } from './house.mjs';
import { lookAtAll } from './pages.mjs';
import { STORIES } from './stories.mjs';
import { wordsOf } from './words.mjs';

const [program, browserPath, pictures] = process.argv.slice(2);
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Each pair of a language, a width, a colour and whether there are scripts is in one of these. */
const SETTINGS = [
  { language: 'en', viewport: DESK, colorScheme: 'light', scripts: true },
  { language: 'zh', viewport: PHONE, colorScheme: 'dark', scripts: true },
  { language: 'en', viewport: PHONE, colorScheme: 'light', scripts: false },
  { language: 'zh', viewport: DESK, colorScheme: 'dark', scripts: false },
];
/** For each thing that is waited for. */
const LIMIT_MS = 30_000;

/** A context in which somebody is signed in as the admin. */
async function signedIn(browser, house, setting, state) {
  const { viewport, colorScheme, scripts, language } = setting;
  const context = await browser.newContext({
    viewport, colorScheme, javaScriptEnabled: scripts, bypassCSP: true, storageState: state,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai',
  });
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`a script failed: ${error}`));
  page.on('console', (line) => {
    // A form that comes back with what is wrong in it is an answer, and no fault.
    const isAnswer = line.text().includes('422');
    if (line.type() === 'error' && !isAnswer) faults.push(`the browser says: ${line.text()}`);
  });
  if (state === undefined) {
    await page.goto(house.link);
    // A link that may have been looked at by a program before asks for a press.
    if (page.url().includes('/enter')) await page.getByRole('main').getByRole('button').first().click();
    await page.getByRole('main').getByRole('heading').first().waitFor();
  }
  return { context, page, faults };
}

async function tell(browser, setting) {
  const { language, viewport, colorScheme, scripts } = setting;
  const mark = `${language}.${viewport.width}.${colorScheme}`;
  const faults = [];
  const say = wordsOf(language);
  const house = await openHouse(program, language);
  try {
    const first = await signedIn(browser, house, setting, undefined);
    let done = 0;
    for (const [name, story] of Object.entries(STORIES)) {
      try {
        await first.page.goto(house.base);
        await story({ page: first.page, say, base: house.base, scripts });
        done += 1;
      } catch (error) {
        await first.page.screenshot({ path: join(pictures, `failed-${faults.length}.${mark}.png`), fullPage: true });
        faults.push(`a stranger ${name}: ${error.message}`);
      }
    }
    // What judges a page is a script; so the pages are looked at with scripts on, as the stories have left them.
    const state = await first.context.storageState();
    faults.push(...first.faults);
    await first.context.close();
    const second = await signedIn(browser, house, { ...setting, scripts: true }, state);
    const looked = await lookAtAll(second.page, house.base, pictures, mark);
    faults.push(...looked.faults, ...second.faults);
    await second.context.close();
    console.log(`${mark}${scripts ? '' : ', without scripts'}: ${done} stories, ${looked.count} pages, ${faults.length} faults`);
  } finally {
    await house.close();
  }
  return faults.map((fault) => `${mark}: ${fault}`);
}

await mkdir(pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const faults = [];
try {
  for (const setting of SETTINGS) {
    const found = await tell(browser, setting);
    for (const fault of found) console.error(fault);
    faults.push(...found);
  }
} finally {
  await browser.close();
}
console.log(`pictures of all pages: ${pictures}`);
process.exitCode = faults.length === 0 ? 0 : 1;
