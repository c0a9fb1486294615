/** The console's words in Kazakh, Russian and English: which language is on, and how a word is said in it. */
import en from "./words/en.json";
import kk from "./words/kk.json";
import ru from "./words/ru.json";

export const LANGUAGES = { kk, ru, en };
export const SHORT = { kk: "ҚАЗ", ru: "РУС", en: "ENG" };
const KEPT = "temirbek.language";
const plurals = Object.fromEntries(Object.keys(LANGUAGES).map((code) => [code, new Intl.PluralRules(code)]));

function preferred() {
  const asked = new URLSearchParams(location.search).get("language") ?? localStorage.getItem(KEPT);
  if (asked in LANGUAGES) return asked;
  const known = navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => code in LANGUAGES);
  return known ?? "en";
}

let chosen = $state(preferred());

export const language = {
  get code() {
    return chosen;
  },
  choose(code) {
    chosen = code;
    localStorage.setItem(KEPT, code);
    document.documentElement.lang = code;
  },
};
document.documentElement.lang = language.code;

/** A word with {places} filled; a word with several plural forms is chosen by `n`. */
export function t(key, values = {}) {
  let word = LANGUAGES[chosen][key];
  if (word === undefined) throw new Error(`The page has no word ${key}`);
  if (typeof word === "object") word = word[plurals[chosen].select(Math.abs(Number(values.n)))] ?? word.other;
  return word.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A word of an open list (sections, states …), or what came where the page has none. */
export const word = (prefix, value) => LANGUAGES[chosen][`${prefix}_${value}`] ?? value;
