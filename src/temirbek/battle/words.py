"""What the screen says of a battle, in Kazakh, Russian and English."""

from collections.abc import Mapping

from temirbek.types import Criterion, Language, RoundVerdict, Source, Verdict, VerdictPart, Winner

Words = Mapping[Language, str]

REASONS: Mapping[str, Words] = {
    "not_seen": {
        "kk": "камера жеткілікті көрмеді",
        "ru": "камера видела слишком мало",
        "en": "the camera saw too little",
    },
    "not_measured": {"kk": "өлшенбеді", "ru": "не измерено", "en": "not measured"},
    "nothing_to_copy": {
        "kk": "әлі қайталайтын би жоқ",
        "ru": "ещё нечего повторять",
        "en": "nothing to copy yet",
    },
    "nothing_before": {
        "kk": "салыстыратын би әлі жоқ",
        "ru": "ещё не с чем сравнить",
        "en": "nothing danced before to compare with",
    },
    "skipped": {"kk": "кезек өткізілді", "ru": "выход пропущен", "en": "the turn was skipped"},
    "failed": {"kk": "техникалық ақау", "ru": "технический сбой", "en": "technical failure"},
    "votes_off": {
        "kk": "көрермен дауыс бермейді",
        "ru": "зал не голосует",
        "en": "the hall does not vote",
    },
    "no_votes": {"kk": "дауыс берілмеді", "ru": "голосов нет", "en": "no votes came"},
    "no_jury": {"kk": "қазылар жоқ", "ru": "жюри нет", "en": "there is no jury"},
    "jury_silent": {"kk": "қазылар баға бермеді", "ru": "жюри не оценило", "en": "the jury gave no points"},
    "no_claps": {"kk": "шапалақ көрінбеді", "ru": "хлопков не видно", "en": "no clapping was seen"},
    "declined": {
        "kk": "шақыру қабылданбады",
        "ru": "приглашение не принято",
        "en": "the invitation was declined",
    },
    "no_guardian": {
        "kk": "ата-ананың келісімі жоқ",
        "ru": "нет согласия родителей",
        "en": "there is no guardian's consent",
    },
    "nobody_came": {"kk": "ешкім шықпады", "ru": "никто не вышел", "en": "nobody came"},
    "no_answer": {"kk": "жауап болмады", "ru": "ответа не было", "en": "there was no answer"},
    "person_gone": {"kk": "бәсекелес кетіп қалды", "ru": "соперник ушёл", "en": "the challenger has gone"},
    "ended_early": {
        "kk": "жүргізуші аяқтады",
        "ru": "завершено ведущим",
        "en": "ended by the operator",
    },
}
"""Why something is missing or over."""

CRITERION: Mapping[Criterion, Words] = {
    "copy": {"kk": "қайталау", "ru": "повтор", "en": "copy"},
    "variety": {"kk": "алуан түрлілік", "ru": "разнообразие", "en": "variety"},
    "execution": {"kk": "орындау", "ru": "исполнение", "en": "execution"},
    "groove": {"kk": "ырғақ", "ru": "ритм", "en": "groove"},
    "originality": {"kk": "өзгешелік", "ru": "оригинальность", "en": "originality"},
}
SOURCE: Mapping[Source, Words] = {
    "measured": {"kk": "өлшем", "ru": "измерено", "en": "measured"},
    "audience": {"kk": "көрермен", "ru": "зал", "en": "the hall"},
    "jury": {"kk": "қазылар", "ru": "жюри", "en": "the jury"},
}
WINNER: Mapping[Winner, Words] = {
    "person": {"kk": "Адам жеңді", "ru": "Победил человек", "en": "The human wins"},
    "robot": {"kk": "Робот жеңді", "ru": "Победил робот", "en": "The robot wins"},
    "draw": {"kk": "Тең", "ru": "Ничья", "en": "A draw"},
    "none": {"kk": "Нәтиже жоқ", "ru": "Нет результата", "en": "No result"},
}
SIDES: Mapping[str, Words] = {
    "person": {"kk": "адам", "ru": "человек", "en": "human"},
    "robot": {"kk": "робот", "ru": "робот", "en": "robot"},
}
CARDS: Mapping[str, Words] = {
    "invite": {
        "kk": "Роботпен кім билейді?",
        "ru": "Кто станцует с роботом?",
        "en": "Who will dance with the robot?",
    },
    "consent": {
        "kk": "Камера қимылды ғана өлшейді, ештеңе сақталмайды",
        "ru": "Камера измеряет только движение, ничего не сохраняется",
        "en": "The camera measures movement only; nothing is stored",
    },
    "calibrate": {
        "kk": "Ырғаққа қосылып шапалақтаңыз",
        "ru": "Хлопайте в такт музыке",
        "en": "Clap along with the beat",
    },
    "call": {"kk": "Сіз билейсіз!", "ru": "Ваш выход!", "en": "You dance!"},
    "response": {"kk": "Робот жауап береді", "ru": "Робот отвечает", "en": "The robot answers"},
    "score": {"kk": "Дауыс беріңіз", "ru": "Голосуйте", "en": "Cast your vote"},
    "interrupted": {"kk": "Бір сәт күтіңіз", "ru": "Минуту, пожалуйста", "en": "One moment, please"},
    "bow": {"kk": "Рақмет!", "ru": "Спасибо!", "en": "Thank you!"},
}
"""What stands on the screen in each phase."""


def round_lines(verdict: RoundVerdict, language: Language) -> tuple[str, ...]:
    """A round's verdict, line by line: the winner, every part with its weight, every criterion.

    Points are the person's where positive, the robot's where negative.
    """
    lines = [f"{verdict.round}: {WINNER[verdict.winner][language]} ({_signed(verdict.points)})"]
    lines += [_part_line(part, language) for part in verdict.parts]
    for one in verdict.comparisons:
        name = CRITERION[one.criterion][language]
        if one.person is None or one.robot is None:
            lines.append(f"{name}: — ({REASONS[one.reason][language]})")
        else:
            lines.append(
                f"{name}: {SIDES['person'][language]} {100 * one.person:.0f} : {100 * one.robot:.0f} "
                f"{SIDES['robot'][language]}"
            )
    return tuple(lines)


def _part_line(part: VerdictPart, language: Language) -> str:
    name = SOURCE[part.source][language]
    if part.slider is None:
        return f"{name}: {100 * part.rule_weight:.0f} % → 0 % ({REASONS[part.reason][language]})"
    weight = f"{100 * part.weight:.0f} %"
    if abs(part.weight - part.rule_weight) > 1e-9:
        weight = f"{100 * part.rule_weight:.0f} % → {weight}"
    votes = f" ({part.votes_person} : {part.votes_robot})" if part.source == "audience" else ""
    return f"{name}: {weight} · {_signed(100 * part.slider)} = {_signed(part.points)}{votes}"


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−") if round(points, 1) else "0.0"


def verdict_line(verdict: Verdict, language: Language) -> str:
    """A battle's verdict in one line."""
    line = f"{WINNER[verdict.winner][language]} · {verdict.rounds_person} : {verdict.rounds_robot}"
    if verdict.rounds_drawn:
        line += f" ({WINNER['draw'][language].lower()}: {verdict.rounds_drawn})"
    return f"{line} · {REASONS[verdict.reason][language]}" if verdict.reason else line
