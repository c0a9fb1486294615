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
    kinds: { "filter sweep": "Фильтр, ", "drop swap": "Подмена дропа, ", loop: "Петля, " },
    moves: { cut: "Встык на границе фразы", "echo-out": "Уход в эхо на границе фразы", "hard cut": "Резкая склейка" },
    blend: (m) => `${m.kind ?? ""}${m.length} ${beatsRu(m.length)}. «${m.to}» (${m.in}) входит поверх «${m.from}» (${m.out}) и через ${m.swap} ${beatsRu(m.swap)} забирает бас (${m.then}). Темп ${m.a} → ${m.b} BPM (${m.change} %), ${m.keys}`,
    step: (m) => `${m.move}: ${m.why}`,
    first: (m) => `Открывает сет: ${m.a} BPM, энергия ${m.energy}, ${m.key}`,
    next: (m) => `После «${m.from}»: ${m.a} BPM (${m.change} %)${m.felt ?? ""}, ${m.keys}, энергия ${m.e1} → ${m.e2}`,
    felt: { half: ", ощущается вдвое медленнее", double: ", ощущается вдвое быстрее" },
    all: () => "звучит целиком",
    share: (m) => `звучит ${m.share} %${m.lost ? `, без: ${m.lost}` : ""}`,
    clash: () => "тональности спорят",
    dense: () => "оба трека плотные",
    drop: (m) => `дроп звучит там, где был бы дроп «${m.of}»`,
    loop: (m) => `${m.beats} ${beatsRu(m.beats)} «${m.of}» повторяются ещё ${m.times} раз: концовка коротка`,
    voices: (m) => `голоса накладываются на ${m.bars} т.`,
    kicks: (m) => `бочки разошлись бы на ${m.ms} мс`,
    stretched: (m) => `при сведении трек пришлось бы растянуть на ${m.percent} %`,
    metres: (m) => `${m.one} доли в такте не сочетаются с ${m.two}`,
    unsure: (m) => `доли ${m.of.split(" and ").map((title) => `«${title}»`).join(" и ")} определены неуверенно`,
    apart: (m) => `${m.a} и ${m.b} BPM не сходятся в пределах 6 %`,
    far: () => "темпы далеки",
    lose: () => "сведение отняло бы у них слишком много",
  },
  kk: {
    sections: { intro: "кіріспе", verse: "шумақ", build: "өрлеу", drop: "шарықтау", break: "үзіліс", outro: "соңы" },
    keys: { "the same key": "тональділігі бірдей", "neighbouring keys": "көршілес тональділіктер", "keys two steps apart": "тональділіктер арасы екі саты", "keys far apart": "тональділіктер алыс" },
    kinds: { "filter sweep": "Сүзгімен, ", "drop swap": "Шарықтауды ауыстыру, ", loop: "Ілмек, " },
    moves: { cut: "Фраза шегінде бірден ауысу", "echo-out": "Фраза шегінде жаңғырықпен кету", "hard cut": "Кілт ауысу" },
    blend: (m) => `${m.kind ?? ""}${m.length} соққы. «${m.to}» (${m.in}) «${m.from}» үстінен (${m.out}) кіріп, ${m.swap} соққыдан кейін бас дыбысты өзіне алады (${m.then}). Қарқын ${m.a} → ${m.b} BPM (${m.change} %), ${m.keys}`,
    step: (m) => `${m.move}: ${m.why}`,
    first: (m) => `Сетті ашады: ${m.a} BPM, қуаты ${m.energy}, ${m.key}`,
    next: (m) => `«${m.from}» соңынан: ${m.a} BPM (${m.change} %)${m.felt ?? ""}, ${m.keys}, қуаты ${m.e1} → ${m.e2}`,
    felt: { half: ", екі есе баяу сезіледі", double: ", екі есе жылдам сезіледі" },
    all: () => "толық ойналады",
    share: (m) => `${m.share} %-ы ойналады${m.lost ? `, мынасыз: ${m.lost}` : ""}`,
    clash: () => "тональділіктері үйлеспейді",
    dense: () => "екеуі де қою",
    drop: (m) => `шарықтауы «${m.of}» шарықтайтын жерге түседі`,
    loop: (m) => `«${m.of}» соңы қысқа, сондықтан оның ${m.beats} соққысы тағы ${m.times} рет қайталанады`,
    voices: (m) => `дауыстар ${m.bars} тактіде қабаттасады`,
    kicks: (m) => `барабан соққылары ${m.ms} мс алшақ болар еді`,
    stretched: (m) => `біріктірсе, тректі ${m.percent} %-ға созуға тура келер еді`,
    metres: (m) => `тактідегі ${m.one} соққы мен ${m.two} үйлеспейді`,
    unsure: (m) => `${m.of.split(" and ").map((title) => `«${title}»`).join(" мен ")} соққылары анық емес`,
    apart: (m) => `${m.a} мен ${m.b} BPM 6 % шегінде тоғыспайды`,
    far: () => "қарқындары алшақ",
    lose: () => "біріктірсе, олардан тым көп нәрсе жоғалар еді",
  },
};

const FORMS = {
  blend: /^(?:(?<kind>filter sweep|drop swap|loop), )?(?<length>\d+) beats: (?<to>.+) comes in with its (?<in>\w+) over the (?<out>\w+) of (?<from>.+) and takes the bass with its (?<then>\w+) after (?<swap>\d+) beats; (?<a>[\d.]+) to (?<b>[\d.]+) BPM \((?<change>[+-][\d.]+) %\), (?<keys>[a-z ]+) \((?<k1>\w+) to (?<k2>\w+)\)(?:; (?<more>.+))?$/,
  step: /^(?:(?<move>cut|echo-out) on the phrase|(?<hard>hard cut)): (?<why>.+)$/,
  first: /^opens the set at (?<a>[\d.]+) BPM, energy (?<energy>[\d.]+), in (?<key>[\w# ]+)(?:; (?<more>.+))?$/,
  next: /^after (?<from>.+): (?<a>[\d.]+) BPM \((?<change>[+-][\d.]+) %\)(?:, felt at (?<felt>half|double) tempo)?, (?<keys>[a-z ]+) \((?<k1>\w+) to (?<k2>\w+)\), energy (?<e1>[\d.]+) to (?<e2>[\d.]+)(?:; (?<more>.+))?$/,
};

/** What may follow a sentence after a semicolon, or be the reason of a cut. */
const CLAUSES = {
  all: /^all of it is heard$/,
  share: /^(?<share>\d+) % of it is heard(?:, without (?<lost>[a-z0-9×, ]+))?$/,
  clash: /^their keys clash$/,
  dense: /^both are dense$/,
  drop: /^its drop lands where that of (?<of>.+) would have$/,
  loop: /^(?<beats>\d+) beats of (?<of>.+) are repeated (?<times>\d+) times, since its ending is short$/,
  voices: /^voices overlap for (?<bars>\d+) bars$/,
  kicks: /^the kicks would have been (?<ms>\d+) ms apart$/,
  stretched: /^a blend would have stretched a track by (?<percent>[\d.]+) %$/,
  metres: /^(?<one>\d+) beats a bar do not go with (?<two>\d+)$/,
  unsure: /^the beats of (?<of>.+) are not certain$/,
  apart: /^(?<a>[\d.]+) and (?<b>[\d.]+) BPM do not meet within 6 % of each$/,
  far: /^their tempi lie far apart$/,
  lose: /^a blend would lose too much of them$/,
};
const NUMBERS = ["a", "b", "change", "energy", "e1", "e2", "percent"];
const SECTIONS = ["in", "out", "then"];

/** Groups of a match, numbers with a decimal comma. */
function groups(pattern, text) {
  const found = pattern.exec(text);
  if (!found) return null;
  const m = { ...found.groups };
  for (const name of NUMBERS) if (m[name]) m[name] = m[name].replace(".", ",").replace("-", "−");
  return m;
}

/** Clauses joined by "; ", each said again where its form is known. */
function clauses(words, text) {
  return text.split("; ").map((clause) => {
    for (const [form, pattern] of Object.entries(CLAUSES)) {
      const m = groups(pattern, clause);
      if (!m) continue;
      if (m.lost) m.lost = m.lost.replace(/[a-z]+/g, (label) => words.sections[label] ?? label);
      return words[form](m);
    }
    return clause;
  }).join("; ");
}

/** Reason in English → the same in a language. */
export function reasonIn(language) {
  const words = WORDS[language];
  return (text) => {
    for (const [form, pattern] of Object.entries(FORMS)) {
      const m = groups(pattern, text);
      if (!m) continue;
      for (const name of SECTIONS) if (m[name]) m[name] = words.sections[m[name]] ?? m[name];
      if (m.keys) m.keys = `${words.keys[m.keys] ?? m.keys} (${m.k1} → ${m.k2})`;
      if (m.kind) m.kind = words.kinds[m.kind];
      if (m.felt) m.felt = words.felt[m.felt];
      if (form === "step") Object.assign(m, { move: words.moves[m.move ?? m.hard], why: clauses(words, m.why) });
      return words[form](m) + (m.more ? `; ${clauses(words, m.more)}` : "");
    }
    return text;
  };
}
