/**
 * What the machine answers, in the page's language. The machine and its record speak English; here its sentences are
 * known by their form. A sentence that is not known stays as it came: better a foreign word than none.
 */
import { language, word } from "./words.svelte.js";

const TITLE = "(“.+?”)";
const STATE = "(waiting|standby|pre_wait|running|post_wait|done|skipped|failed|uncertain|hold|stopped|closed)";
const SCOPE = "(none|lights_and_sound|rehearsal|live|lights and sound)";

/** Form → how it is said; $1, $2 … are what stood there, states and scopes in the page's own words. */
const FORMS = [
  ["the show is held: resume first", "пауза: сначала продолжите", "кідіріс: алдымен жалғастырыңыз"],
  ["nothing stands by", "ничего не готово", "дайын ештеңе жоқ"],
  [`your GO was for ${TITLE}, but ${TITLE} stands by; look again`, "вы пускали $1, а готово $2; посмотрите ещё раз", "сіз $1 қостыңыз, ал дайын тұрған – $2; қайта қараңыз"],
  ["a GO was taken (\\d+) ms ago; this one counts as the same press", "пуск уже принят $1 мс назад; это то же нажатие", "пәрмен $1 мс бұрын қабылданды; бұл сол басу деп саналады"],
  [`${TITLE} is running; finish it first`, "$1 идёт; сначала закончите", "$1 жүріп жатыр; алдымен аяқтаңыз"],
  [`it is not certain whether ${TITLE} happened; confirm that first`, "неясно, было ли $1; сначала подтвердите", "$1 болды ма, белгісіз; алдымен растаңыз"],
  ["there is no cue before this one", "раньше ничего нет", "бұған дейін ештеңе жоқ"],
  [`${TITLE} is ${STATE}; only a cue that has not begun can be skipped`, "$1: $2; пропустить можно только то, что не начато", "$1: $2; басталмағанды ғана аттап өтуге болады"],
  [`${TITLE} is not skipped`, "$1 не пропущено", "$1 аттап өтілмеген"],
  [`${TITLE} is ${STATE}, not running`, "$1: $2, не идёт", "$1: $2, жүріп жатқан жоқ"],
  ["the show is running", "шоу идёт", "шоу жүріп жатыр"],
  ["the show is not stopped", "шоу не остановлено", "шоу тоқтатылмаған"],
  ["the show is stopped: release it first", "шоу остановлено: сначала снимите стоп", "шоу тоқтатылған: алдымен босатыңыз"],
  ["the show is closed", "шоу закрыто", "шоу жабылды"],
  [`point of no return: ${TITLE} has a hard start and has begun`, "поздно: $1 с жёстким началом уже идёт", "кеш: қатаң уақытты $1 басталып кетті"],
  [`point of no return: ${TITLE} has its hard start in (\\d+) s`, "поздно: $1 начнётся само через $2 с", "кеш: $1 $2 с кейін өзі басталады"],
  [`${TITLE} is not uncertain`, "$1: всё ясно", "$1: бәрі анық"],
  ["a note needs words", "в заметке нет слов", "белгіде сөз жоқ"],
  ["nothing is armed", "ничего не разрешено", "ештеңеге рұқсат жоқ"],
  ["nothing is armed: arm lights and sound, rehearsal or live first", "ничего не разрешено: сначала разрешите свет и звук, репетицию или показ", "ештеңеге рұқсат жоқ: алдымен жарық пен дыбысқа, репетицияға не көрсетілімге рұқсат беріңіз"],
  ["no DJ set is running", "DJ-сет не идёт", "DJ-сет жүріп жатқан жоқ"],
  [`${TITLE} cannot be said to the public: (.+)`, "$1 нельзя объявить залу: $2", "$1 залға айтылмайды: $2"],
  ["nobody has approved it", "никто не утвердил", "ешкім бекітпеген"],
  ["it has no text in (.+)", "нет текста: $1", "мәтіні жоқ: $1"],
  [`announcement ${TITLE}: (.+)`, "объявление $1: $2", "$1 хабарландыруы: $2"],
  [`checklist ${TITLE}: (.+)`, "проверка $1: $2", "$1 тізімі: $2"],
  ["robot (\\S+) is absent", "робота $1 нет", "$1 роботы жоқ"],
  ["robot (\\S+) is not there", "робота $1 нет на связи", "$1 роботы байланыста жоқ"],
  ["robot (\\S+) is (absent|dancing|damped|fallen|lost)", "робот $1: $2", "$1 роботы: $2"],
  ["robots dance in simulation: live can be armed when they are through", "роботы танцуют в симуляции: дождитесь конца", "роботтар симуляцияда билеп жүр: соңын күтіңіз"],
  ["this was taken already", "это уже принято", "бұл қабылданған"],
  ["a (.+) may not “(.+)”; allowed are .+", "вашей роли это не разрешено", "рөліңізге бұл рұқсат етілмеген"],
  ["a robot handler may arm .+", "показ вживую разрешает помощник режиссёра", "тікелей көрсетілімге режиссёр көмекшісі рұқсат береді"],
  ["the show could not take it; see its log", "шоу не смогло принять; смотрите журнал", "шоу қабылдай алмады; жазбаны қараңыз"],
  ["not ready: (.+)", "не готово: $1", "дайын емес: $1"],
  ["it cannot be made: (.+)", "не получается подготовить: $1", "дайындау мүмкін емес: $1"],
  ["its sound and dance are still being made", "звук и танец ещё готовятся", "дыбысы мен биі әлі дайындалуда"],
  ["the robots are still loading its dance", "роботы ещё загружают танец", "роботтар биін әлі жүктеуде"],
  ["the sound device was not served in time", "звуковое устройство не успели обслужить", "дыбыс құрылғысына уақытында жеткізілмеді"],
  ["the sound ran out of prepared music and played silence", "готовая музыка кончилась, звучала тишина", "дайын музыка бітіп, тыныштық ойнады"],
  ["a dance cannot be loaded: (.+)", "танец не загружается: $1", "би жүктелмейді: $1"],
  ["the (\\S+) process died; it is being started again", "процесс $1 упал, запускается снова", "$1 процесі тоқтады, қайта қосылуда"],
  ["(\\S+) could not be made: (.+)", "$1: не удалось подготовить: $2", "$1: дайындалмады: $2"],
  ["the record cannot be written: (.+)", "журнал не пишется: $1", "жазба жазылмай жатыр: $1"],
  ["a guest", "гость", "қонақ"],
  ["(\\d+) guests", "гостей: $1", "қонақ: $1"],
  ["a wave", "взмах руки", "қол бұлғау"],
  ["a hand held up", "поднятая ладонь", "көтерілген алақан"],
  ["(applause|cheering|clapping along)", "$1", "$1"],
  ["it is (dancing|damped|fallen|lost|absent)", "робот: $1", "робот: $1"],
  ["nobody wishes for “(.+)”", "этого никто не желал: $1", "мұны ешкім тілеген жоқ: $1"],
  ["“(.+)” cannot be now, in “(.+)”; .+", "сейчас так нельзя", "қазір бұлай болмайды"],
  ["it has neither a recording nor a voice in (.+)", "нет ни записи, ни голоса: $1", "жазбасы да, дауысы да жоқ: $1"],
  ["left out by a jump", "пропущено при переходе", "өтіп кеткенде қалды"],
  ["skipped by (.+)", "пропустил(а) $1", "аттап өткен: $1"],
  ["show stop", "стоп шоу", "шоу тоқтатылды"],
  ["without robots: only lights and sound are armed", "без роботов: разрешены только свет и звук", "роботсыз: тек жарық пен дыбысқа рұқсат"],
  ["fired before a restart; was it seen or heard\\?", "запущено перед перезапуском; видели или слышали?", "қайта қосылар алдында берілді; көрінді ме, естілді ме?"],
  ["robots rest since a restart", "роботы отдыхают после перезапуска", "қайта қосылғалы роботтар тұр"],
  ["too many messages at once; wait a second", "слишком много сразу; подождите секунду", "бірден тым көп; бір секунд күтіңіз"],
  [`not certain whether ${TITLE} happened`, "неясно, было ли $1", "$1 болды ма, белгісіз"],
  [`armed: ${SCOPE}`, "разрешено: $1", "рұқсат: $1"],
].map(([form, ru, kk]) => ({ form: new RegExp(`^${form}$`, "u"), ru, kk }));

function named(value) {
  for (const family of ["state", "show", "robot", "scope", "sound"]) {
    const found = word(family, value.replaceAll(" ", "_"));
    if (found !== value.replaceAll(" ", "_")) return found.toLocaleLowerCase();
  }
  return sentence(value);
}

function sentence(text) {
  for (const known of FORMS) {
    const found = known.form.exec(text);
    if (found) return known[language.code].replace(/\$(\d)/g, (_, n) => (found[n].startsWith("“") ? found[n] : named(found[n])));
  }
  return text;
}

/** A reason of the machine in the page's language. */
export function inWords(text) {
  if (!text || language.code === "en") return text;
  const whole = sentence(text);
  return whole !== text ? whole : text.split("; ").map(sentence).join("; ");
}
