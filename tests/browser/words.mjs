// What stands on the pages, from the catalogues that the pages are made of: a sentence may be put better without a test to change.

import { readFileSync, readdirSync } from 'node:fs';

const CATALOGUES = new URL('../../bot-core/locales/', import.meta.url);
const FOLDER = { en: 'en', zh: 'zh-CN' };

/**
 * The words of a language: `say('console-place-reports')` is the text of that message, as a string if it has no variables,
 * else as an expression that takes anything in their place.
 */
export function wordsOf(language) {
  const folder = new URL(`${FOLDER[language]}/`, CATALOGUES);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const messages = new Map();
  for (const line of texts.join('\n').split('\n')) {
    const message = line.match(/^([a-z][a-z0-9-]*) = (.*)$/);
    if (message) messages.set(message[1], message[2]);
  }
  return (key) => {
    const message = messages.get(key);
    if (message === undefined) throw new Error(`no message ${key} in ${language}`);
    if (!message.includes('{')) return message;
    const parts = message.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(parts.join('.*'));
  };
}
