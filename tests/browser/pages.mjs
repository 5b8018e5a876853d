// Every page that a link leads to, looked at: no error, nothing wider than the screen, no serious fault of accessibility.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const SERIOUS = ['serious', 'critical'];
const MUST_BE_SEEN = [
  '/', '/tickets', '/tickets/N', '/announcements', '/announcements/N', '/announcements/new', '/activities', '/activities/new', '/calendar',
  '/moderation', '/moderation/N', '/moderation/policy', '/merchants', '/merchants/N', '/merchants/import', '/merchants/N/erase',
  '/knowledge', '/knowledge/N', '/knowledge/new', '/knowledge/N/edit', '/reports', '/groups', '/groups/N', '/staff', '/audit', '/sandbox',
  '/account', '/macros', '/privacy', '/settings', '/webhooks', '/nodes', '/search',
];

/** Pages alike in all but which row they show. Articles have names, and one of them is enough. */
function kindOf(address) {
  const path = address.split('?')[0];
  return path.replace(/\/(\d+|[0-9A-Z]{20,})(?=\/|$)/g, '/N').replace(/^\/knowledge\/(?!gap|new)[^/]+/, '/knowledge/N');
}

/**
 * Follows links from the overview and looks at one page of each kind. Gives faults, one sentence each, and how many pages were
 * looked at. Pictures go to `folder`, with `mark` in their names.
 */
export async function lookAtAll(page, base, folder, mark) {
  const faults = [];
  const seen = new Set();
  // What is searched for is typed, so no link leads there.
  const waiting = ['/', '/search?q=Q'];
  while (waiting.length > 0) {
    const address = waiting.shift();
    const kind = kindOf(address);
    if (seen.has(kind) || kind.endsWith('/export') || kind.startsWith('/files/')) continue;
    seen.add(kind);
    const answer = await page.goto(base + address);
    if (answer.status() !== 200) {
      faults.push(`${address} answered ${answer.status()}`);
      continue;
    }
    faults.push(...(await look(page)).map((fault) => `${address}: ${fault}`));
    const name = kind === '/' ? 'overview' : kind.slice(1).replaceAll('/', '-');
    await page.screenshot({ path: join(folder, `${name}.${mark}.png`), fullPage: true });
    const links = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    waiting.push(...links.filter((link) => !seen.has(kindOf(link))));
  }
  for (const kind of MUST_BE_SEEN) if (!seen.has(kind)) faults.push(`no link leads to ${kind}`);
  return { faults, count: seen.size };
}

async function look(page) {
  const faults = [];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 1) faults.push(`${wide} pixels wider than the screen`);
  // The page's policy lets no script in that is not the house's; the browser puts this one in from outside of it.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(rules), RULES);
  for (const { impact, id, nodes } of violations) {
    if (SERIOUS.includes(impact)) faults.push(`${id} (${impact}) at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }
  return faults;
}
