/**
 * The planner's reasons in Kazakh and Russian.
 *
 * The planner (src/temirbek/planning/reasons.py) writes one English sentence for each play and each transition. Its
 * known forms are read here and said again; a sentence of another form is shown as it is.
 */

/** 32 доли, 48 долей. */
function beatsRu(n) {
  const [one, ten] = [n % 10, n % 100];
  return one >= 2 && one <= 4 && (ten < 12 || ten > 14) ? "доли" : "долей";
}

const WORDS = {
  ru: {
    sections: { intro: "вступление", verse: "куплет", build: "разгон", drop: "дроп", break: "брейк", outro: "финал" },
    keys: { "the same key": "та же тональность", "neighbouring keys": "соседние тональности", "keys two steps apart": "тональности через две ступени", "keys far apart": "далёкие тональности" },
    blend: (m) => `${m.length} ${beatsRu(m.length)}. «${m.to}» (${m.in}) входит поверх «${m.from}» (${m.out}) и через ${m.swap} ${beatsRu(m.swap)} забирает бас (${m.then}). Темп ${m.a} → ${m.b} BPM (${m.change} %), ${m.keys}`,
    step: (m) => `${m.move === "cut" ? "Встык" : "Уход в эхо"} на границе фразы: ${m.why}`,
    first: (m) => `Открывает сет: ${m.a} BPM, энергия ${m.energy}, ${m.key}`,
    next: (m) => `После «${m.from}»: ${m.a} BPM (${m.change} %), ${m.keys}, энергия ${m.e1} → ${m.e2}`,
  },
  kk: {
    sections: { intro: "кіріспе", verse: "шумақ", build: "өрлеу", drop: "шарықтау", break: "үзіліс", outro: "соңы" },
    keys: { "the same key": "тональділігі бірдей", "neighbouring keys": "көршілес тональділіктер", "keys two steps apart": "тональділіктер арасы екі саты", "keys far apart": "тональділіктер алыс" },
    blend: (m) => `${m.length} соққы. «${m.to}» (${m.in}) «${m.from}» үстінен (${m.out}) кіріп, ${m.swap} соққыдан кейін бас дыбысты өзіне алады (${m.then}). Қарқын ${m.a} → ${m.b} BPM (${m.change} %), ${m.keys}`,
    step: (m) => `Фраза шегінде ${m.move === "cut" ? "бірден ауысу" : "жаңғырықпен кету"}: ${m.why}`,
    first: (m) => `Сетті ашады: ${m.a} BPM, қуаты ${m.energy}, ${m.key}`,
    next: (m) => `«${m.from}» соңынан: ${m.a} BPM (${m.change} %), ${m.keys}, қуаты ${m.e1} → ${m.e2}`,
  },
};

const FORMS = {
  blend: /^(?<length>\d+) beats: (?<to>.+) comes in with its (?<in>\w+) over the (?<out>\w+) of (?<from>.+) and takes the bass with its (?<then>\w+) after (?<swap>\d+) beats; (?<a>[\d.]+) to (?<b>[\d.]+) BPM \((?<change>[+-][\d.]+) %\), (?<keys>[a-z ]+) \((?<k1>\w+) to (?<k2>\w+)\)$/,
  step: /^(?<move>cut|echo-out) on the phrase: (?<why>.+)$/,
  first: /^opens the set at (?<a>[\d.]+) BPM, energy (?<energy>[\d.]+), in (?<key>.+)$/,
  next: /^after (?<from>.+): (?<a>[\d.]+) BPM \((?<change>[+-][\d.]+) %\), (?<keys>[a-z ]+) \((?<k1>\w+) to (?<k2>\w+)\), energy (?<e1>[\d.]+) to (?<e2>[\d.]+)$/,
};
const NUMBERS = ["a", "b", "change", "energy", "e1", "e2"];
const SECTIONS = ["in", "out", "then"];

/** Reason in English → the same in a language. */
export function reasonIn(language) {
  const words = WORDS[language];
  return (text) => {
    for (const [form, pattern] of Object.entries(FORMS)) {
      const found = pattern.exec(text)?.groups;
      if (!found) continue;
      const m = { ...found };
      for (const name of NUMBERS) if (m[name]) m[name] = m[name].replace(".", ",").replace("-", "−");
      for (const name of SECTIONS) if (m[name]) m[name] = words.sections[m[name]] ?? m[name];
      if (m.keys) m.keys = `${words.keys[m.keys] ?? m.keys} (${m.k1} → ${m.k2})`;
      return words[form](m);
    }
    return text;
  };
}
